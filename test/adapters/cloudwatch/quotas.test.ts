import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { mockClient } from 'aws-sdk-client-mock';
import { expect, onTestFinished, test } from 'vitest';
import { quotaUse } from '../../../adapters/cloudwatch/quotas.ts';
import { T0 } from '../../support/exports.ts';

test('of each quota what is used, and what CloudWatch knows it to be', async () => {
  const client = mockClient(CloudWatchClient);
  onTestFinished(() => client.restore());
  client.on(GetMetricDataCommand).resolves({
    MetricDataResults: [
      { Id: 'used0', Values: [3, 12, 7] },
      { Id: 'quota0', Values: [30, 30, 30] },
      { Id: 'used1', Values: [] },
      { Id: 'used2', Values: [5] },
    ],
  });
  expect(await quotaUse(new CloudWatchClient({}), T0)).toEqual([
    { name: 'Fargate Spot vCPU', used: 12, quota: 30 },
    { name: 'Fargate on-demand vCPU' },
    { name: 'Lambda concurrency', used: 5 },
  ]);
  const { MetricDataQueries = [], StartTime, EndTime } = client.call(0).args[0].input as GetMetricDataCommand['input'];
  expect([StartTime, EndTime]).toEqual([new Date(T0 - 900_000), new Date(T0)]);
  expect(MetricDataQueries[0]?.MetricStat?.Metric?.Dimensions).toContainEqual({
    Name: 'Class',
    Value: 'Standard/Spot',
  });
  expect(MetricDataQueries.map(({ Expression }) => Expression).filter(Boolean)).toEqual([
    'SERVICE_QUOTA(known0)',
    'SERVICE_QUOTA(known1)',
    'SERVICE_QUOTA(known2)',
  ]);
  const metricOf = (id: string) => MetricDataQueries.find(({ Id }) => Id === id)?.MetricStat?.Metric?.MetricName;
  expect(metricOf('known0')).toBe(metricOf('used0'));
  expect([metricOf('used2'), metricOf('known2')]).toEqual(['ClaimedAccountConcurrency', 'ConcurrentExecutions']);
});
