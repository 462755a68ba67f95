import { CloudWatchClient, GetMetricDataCommand, type Metric, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';

/** How much of a quota of the AWS account is used, at most within the last quarter of an hour. */
export interface QuotaUse {
  readonly name: string;
  /** Absent when nothing was reported. */
  readonly used?: number;
  readonly quota?: number;
}

/** Usage metrics come once a minute or every five; three periods bridge a late one. */
const PERIOD_SECONDS = 300;
const PERIODS = 3;

interface Quota {
  readonly name: string;
  readonly metric: Metric;
  /** The metric that CloudWatch knows the quota of. @default `metric` */
  readonly knownOf?: Metric;
}

/**
 * The quotas that bound exports. What is reserved for a function is taken from Lambda's whether it runs or not, which
 * only the claimed concurrency tells.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/monitoring-fargate-usage.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-concurrency.html
 */
const quotas: readonly Quota[] = [
  { name: 'Fargate Spot vCPU', metric: fargateVcpu('Standard/Spot') },
  { name: 'Fargate on-demand vCPU', metric: fargateVcpu('Standard/OnDemand') },
  {
    name: 'Lambda concurrency',
    metric: { Namespace: 'AWS/Lambda', MetricName: 'ClaimedAccountConcurrency' },
    knownOf: { Namespace: 'AWS/Lambda', MetricName: 'ConcurrentExecutions' },
  },
];

/** A client as the environment configures it; an answer is worth asking for once. */
export function metricsClient(): CloudWatchClient {
  return new CloudWatchClient({ maxAttempts: 1 });
}

/**
 * What of the account's quotas is used.
 * @param now epoch milliseconds
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
 */
export async function quotaUse(client: CloudWatchClient, now: number): Promise<readonly QuotaUse[]> {
  const stat = (Id: string, Metric: Metric) => ({
    Id,
    MetricStat: { Metric, Period: PERIOD_SECONDS, Stat: 'Maximum' },
  });
  const queries = quotas.flatMap(({ metric, knownOf = metric }, index): MetricDataQuery[] => [
    stat(`used${index}`, metric),
    stat(`known${index}`, knownOf),
    { Id: `quota${index}`, Expression: `SERVICE_QUOTA(known${index})` },
  ]);
  const { MetricDataResults = [] } = await client.send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(now - PERIODS * PERIOD_SECONDS * 1000),
      EndTime: new Date(now),
    }),
  );
  const highest = (id: string) => {
    const values = MetricDataResults.find(({ Id }) => Id === id)?.Values ?? [];
    return values.length === 0 ? undefined : Math.max(...values);
  };
  return quotas.map(({ name }, index) => {
    const [used, quota] = [highest(`used${index}`), highest(`quota${index}`)];
    return { name, ...(used !== undefined && { used }), ...(quota !== undefined && { quota }) };
  });
}

function fargateVcpu(Class: string): Metric {
  const dimensions = { Service: 'Fargate', Type: 'Resource', Resource: 'vCPU', Class };
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return { Namespace: 'AWS/Usage', MetricName: 'ResourceCount', Dimensions };
}
