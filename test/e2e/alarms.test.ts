// @module-tag alarms-fire

import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AlarmName, alarmNameOf, alarmNames } from '../../core/contract/alarms.ts';
import { METRIC_NAMESPACE, type MetricName, metrics, STAGE_DIMENSION } from '../../core/contract/metrics.ts';
import { readQueries } from '../../local/cloudwatch/metric-query.ts';
import { MINUTE_MS, minuteOf, RETENTION_MS } from '../../local/cloudwatch/metric-store.ts';
import { AlarmTimeline, shrinkWorker } from './alarm-timeline.ts';
import { operatorConfig } from './operator.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

/** What makes the cloud's own parts measure what each alarm is about. */
const faults: Readonly<Record<AlarmName, string>> = {
  'queue-waits-10-minutes': 'executions cannot be started',
  'queue-waits-5-minutes': 'executions cannot be started',
  'queue-deep': 'workers are paused, and 40 exports wait',
  'sweeper-silent': 'a part of each pass fails: S3 answers with 500',
  'executions-failing': 'a table of the database has another name',
  'executions-cut-off': 'an execution is stopped by hand',
  'exports-failing': 'a table of the database has another name',
  'leases-lapsed': 'the function at work is killed, three times',
  'slot-drift': 'the pool has an id that no account has',
  'worker-memory': 'a task has less memory than its runtime doubled, and hangs',
  'fargate-on-demand-quota': 'the task is killed, and hangs again on demand',
  'fargate-spot-quota': 'a task on Spot has more vCPUs than the account, and hangs',
  'api-errors': 'the table throttles the reads of a route',
  'api-slow': 'a route waits for a table that is locked in the database',
  'table-throttled': 'the table throttles the reads of a route',
  'upkeep-failing': 'a part of each pass fails: S3 answers with 500',
  'functions-throttled': 'no concurrency is left for the reconciler',
  'events-dropped': 'no concurrency is left for the reconciler, until all retries are over',
  'expired-files-present': 'S3 answers with 500 when a file is to be removed',
  'mail-bounces': 'a recipient has no mailbox any more',
  'mail-complaints': 'a recipient reports the mail as spam',
};

let cloud: TestCloud;
let before: ReadonlyMap<AlarmName, string | undefined>;
let during: ReadonlyMap<AlarmName, string | undefined>;
let after: ReadonlyMap<AlarmName, string | undefined>;
let faultsSince: number;

async function states(): Promise<ReadonlyMap<AlarmName, string | undefined>> {
  const client = new CloudWatchClient(operatorConfig(cloud));
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({}));
  client.destroy();
  const byName = new Map(MetricAlarms.map(({ AlarmName, StateValue }) => [AlarmName, StateValue]));
  return new Map(alarmNames.map((name) => [name, byName.get(alarmNameOf('local', name))]));
}

beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 1_000, changeTemplate: shrinkWorker, recordsPermissions: true });
  const timeline = new AlarmTimeline(cloud);
  await timeline.quiet();
  before = await states();
  faultsSince = cloud.clock.now();

  await timeline.files();
  await timeline.readers();
  await timeline.killedWorkers();
  const hanging = await timeline.hangingWorker();
  const waiting = await timeline.fillQueue();
  await timeline.throttledReconciler(waiting);
  await timeline.driftedSlot();
  await timeline.throttleTable();
  await timeline.minutes(13, async (minute) => {
    if (minute % 5 === 0) await timeline.requests();
  });
  await timeline.failingExports();
  await timeline.unstartedExport();
  await hanging.lose();
  // Waiting counts from the second pass on, and ten minutes of it are an alarm. After fifteen the export would be failed.
  await timeline.minutes(16);
  await hanging.stop();

  during = await states();
  await timeline.recover();
  after = await states();
}, 600_000);
afterAll(() => cloud?.stop(), 120_000);

test('without a fault no alarm is on', () => {
  expect([...before].filter(([, state]) => state !== 'OK' && state !== 'INSUFFICIENT_DATA')).toEqual([]);
});

test.each(alarmNames.map((name) => ({ name, fault: faults[name] })))(
  '$name fires when $fault, and recovers',
  ({ name }) => {
    const alarm = cloud.cloudWatch.alarms().find(({ plan }) => plan.name === alarmNameOf('local', name));
    const changes = alarm?.history.filter(({ at }) => at > faultsSince).map(({ to }) => to);
    expect(changes).toContain('ALARM');
    expect(after.get(name)).toBe('OK');
  },
);

test('passes that fail keep the alarm on; that time was moved at once would be over with the first pass', () => {
  expect(during.get('sweeper-silent')).toBe('ALARM');
});

test('everything that Waybill measures of itself was measured, and is kept', () => {
  const names = Object.keys(metrics) as MetricName[];
  const endMs = minuteOf(cloud.clock.now()) + MINUTE_MS;
  const dimensions = { [STAGE_DIMENSION]: 'local' };
  const queries = readQueries(
    names.map((name, index) => ({
      id: `m${index}`,
      returnData: true,
      metricStat: { metric: { namespace: METRIC_NAMESPACE, name, dimensions }, stat: 'SampleCount', periodSeconds: 60 },
    })),
  );
  const kept = cloud.cloudWatch.query(queries, { startMs: endMs - RETENTION_MS, endMs });
  expect(names.filter((_, index) => (kept[index]?.points.size ?? 0) === 0)).toEqual([]);
});
