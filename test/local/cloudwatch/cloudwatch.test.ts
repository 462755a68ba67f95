// @module-tag alarm-evaluation
// @module-tag malformed-metrics

import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { startCloudWatch } from '../../../local/cloudwatch/cloudwatch.ts';
import { serveAws } from '../aws-cloud.ts';
import { watchedStack } from './watched-stack.ts';

const plans = watchedStack();
const MINUTE = 60;
/** Half a minute past a full one, so that no test meets the end of a minute. */
const START = new Date('2026-11-22T12:00:30.000Z');

beforeEach(() => vi.useFakeTimers({ now: START, toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

function start() {
  const clock = new LocalClock();
  const lines: string[] = [];
  const cloudWatch = startCloudWatch({
    alarms: plans.alarms,
    clock,
    log: (source, line) => lines.push(`${source} | ${line}`),
  });
  onTestFinished(() => cloudWatch.stop());
  /** A line as a handler prints it, at the time it is by the local clock. */
  const emit = (name: string, value: number | number[]) => {
    const directive = { Namespace: 'Waybill', Dimensions: [['Stage']], Metrics: [{ Name: name, Unit: 'Count' }] };
    const metadata = { Timestamp: Math.round(clock.now()), CloudWatchMetrics: [directive] };
    cloudWatch.readLog('Sweep', JSON.stringify({ _aws: metadata, Stage: 'local', [name]: value }));
  };
  const stateOf = (name: string) => cloudWatch.alarms().find(({ plan }) => plan.name === name)?.state;
  return { clock, cloudWatch, lines, emit, stateOf };
}

test('an alarm on metric math fires when the minute is over, and recovers', () => {
  const { clock, emit, stateOf, lines } = start();
  clock.advance(MINUTE);
  expect(stateOf('waybill-failed-rate')).toBe('OK');
  emit('ExportsFailed', [1, 1]);
  emit('ExportsReady', [1, 1]);
  expect(stateOf('waybill-failed-rate')).toBe('OK');
  clock.advance(MINUTE);
  expect(stateOf('waybill-failed-rate')).toBe('ALARM');
  emit('ExportsFailed', [1, 1]);
  emit('ExportsReady', [1, 1, 1]);
  clock.advance(MINUTE);
  expect(stateOf('waybill-failed-rate')).toBe('OK');
  const told = lines.filter((line) => line.startsWith('cloudwatch | '));
  expect(told).toEqual([
    expect.stringMatching(/waybill-failed-rate INSUFFICIENT_DATA -> OK/),
    expect.stringMatching(/waybill-failed-rate OK -> ALARM: >= 50 .* there: 50; tells arn:aws:sns:.*Operators/),
    expect.stringMatching(/waybill-failed-rate ALARM -> OK: .* there: 40$/),
  ]);
});

test('below the floor of four ended exports the rate does not count', () => {
  const { clock, emit, stateOf } = start();
  emit('ExportsFailed', [1, 1, 1]);
  clock.advance(MINUTE);
  expect(stateOf('waybill-failed-rate')).toBe('OK');
});

test('a clock that jumps has every minute in between evaluated, in order', () => {
  const { clock, emit, cloudWatch } = start();
  emit('OldestQueuedAgeSeconds', 400);
  clock.advance(MINUTE);
  emit('OldestQueuedAgeSeconds', 400);
  clock.advance(30 * MINUTE);
  const history = cloudWatch.alarms().find(({ plan }) => plan.name === 'waybill-oldest-queued')?.history;
  expect(history?.map(({ at, to }) => [new Date(at).toISOString().slice(11, 16), to])).toEqual([
    ['12:02', 'ALARM'],
    // The range is five minutes: five minutes after the last value there is nothing in it.
    ['12:07', 'INSUFFICIENT_DATA'],
  ]);
});

test('a jump of a year ends in the same states, and soon', () => {
  const { clock, emit, stateOf } = start();
  emit('OldestQueuedAgeSeconds', 400);
  clock.advance(365 * 86_400);
  expect([stateOf('waybill-oldest-queued'), stateOf('waybill-failed-rate')]).toEqual(['INSUFFICIENT_DATA', 'OK']);
});

test('alarms are evaluated and services sampled without being asked, once a minute', () => {
  const { cloudWatch, lines } = start();
  const sample = vi.fn();
  cloudWatch.everyMinute(sample);
  vi.advanceTimersByTime(29_000);
  expect([sample.mock.calls.length, lines]).toEqual([0, []]);
  vi.advanceTimersByTime(61_000);
  expect(sample).toHaveBeenCalledTimes(2);
  expect(lines).toEqual([expect.stringMatching(/waybill-failed-rate INSUFFICIENT_DATA -> OK/)]);
});

test('a malformed metric is a fault in the log; the line itself is passed on', () => {
  const { cloudWatch, lines } = start();
  const line = '{"_aws":{"Timestamp":1}}';
  cloudWatch.readLog('Sweep', line);
  expect(lines).toEqual([`Sweep | ${line}`, expect.stringMatching(/^cloudwatch \| MALFORMED METRIC of Sweep/)]);
});

test('the SDK reads metrics, expressions and alarms', async () => {
  vi.useRealTimers();
  const { clock, cloudWatch } = start();
  const may = [{ Effect: 'Allow', Action: 'cloudwatch:GetMetricData', Resource: '*' }];
  const { asRole, asOperator } = await serveAws([cloudWatch.service], may, clock);
  const [client, operator] = [new CloudWatchClient(asRole), new CloudWatchClient(asOperator)];
  const dimensions = { Service: 'Fargate', Type: 'Resource', Resource: 'vCPU', Class: 'Standard/Spot' };
  const metric = { namespace: 'AWS/Usage', name: 'ResourceCount', dimensions };
  for (const vcpus of [1, 3]) cloudWatch.measure(metric, vcpus, 'None');

  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const get = (MetricDataQueries: MetricDataQuery[], from = client) => {
    const [StartTime, EndTime] = [new Date(clock.now() - 300_000), new Date(clock.now() + 60_000)];
    return from.send(new GetMetricDataCommand({ MetricDataQueries, StartTime, EndTime }));
  };
  const usage = {
    Metric: { Namespace: 'AWS/Usage', MetricName: 'ResourceCount', Dimensions },
    Period: 60,
    Stat: 'p100',
  };
  const { MetricDataResults: results } = await get([
    { Id: 'used', MetricStat: usage },
    { Id: 'share', Expression: '100 * used / SERVICE_QUOTA(used)', Label: 'of the quota' },
  ]);
  expect(results?.[0]).toMatchObject({ Id: 'used', Label: 'ResourceCount', Values: [3], StatusCode: 'Complete' });
  expect(results?.[0]?.Timestamps?.[0]?.getTime()).toBeLessThanOrEqual(clock.now());
  expect(results?.[1]).toMatchObject({ Id: 'share', Label: 'of the quota' });
  expect(Math.max(...(results?.[1]?.Values ?? []))).toBe(50);

  await expect(get([{ Id: 'e1', Expression: 'SORT(used)' }])).rejects.toThrow('function SORT is not known here');
  await expect(client.send(new DescribeAlarmsCommand())).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const { MetricAlarms: alarms } = await operator.send(
    new DescribeAlarmsCommand({ AlarmNamePrefix: 'waybill-failed' }),
  );
  expect(alarms).toMatchObject([{ AlarmName: 'waybill-failed-rate', StateValue: 'INSUFFICIENT_DATA', Threshold: 50 }]);
});
