// @module-tag alarms-fire

import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AlarmName, alarmNameOf, alarmNames } from '../../core/contract/alarms.ts';
import { METRIC_NAMESPACE, type MetricName, metrics, STAGE_DIMENSION } from '../../core/contract/metrics.ts';
import type { MetricId } from '../../local/cloudwatch/metric.ts';
import { readQueries } from '../../local/cloudwatch/metric-query.ts';
import { MINUTE_MS, minuteOf, RETENTION_MS } from '../../local/cloudwatch/metric-store.ts';
import { AlarmTimeline, shrinkWorker } from './alarm-timeline.ts';
import { operatorConfig } from './operator.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

type Proof =
  /** The fault below makes the cloud's own parts measure what the alarm is about. */
  | { readonly how: 'fault'; readonly fault: string }
  /** Nothing local measures it. The value is written: that proves threshold, periods and missing data, not the source. */
  | { readonly how: 'written'; readonly because: string; readonly metric: MetricId; readonly value: number };

const spotUsage = { Service: 'Fargate', Type: 'Resource', Resource: 'vCPU', Class: 'Standard/Spot' };

const proofs: Readonly<Record<AlarmName, Proof>> = {
  'queue-waits-10-minutes': { how: 'fault', fault: 'executions cannot be started' },
  'queue-waits-5-minutes': { how: 'fault', fault: 'executions cannot be started' },
  'queue-deep': { how: 'fault', fault: 'workers are paused, and 40 exports wait' },
  'sweeper-silent': { how: 'fault', fault: 'a part of each pass fails: S3 answers with 500' },
  'executions-failing': { how: 'fault', fault: 'a table of the database has another name' },
  'executions-cut-off': { how: 'fault', fault: 'an execution is stopped by hand' },
  'exports-failing': { how: 'fault', fault: 'a table of the database has another name' },
  'leases-lapsed': { how: 'fault', fault: 'the function at work is killed, three times' },
  'slot-drift': { how: 'fault', fault: 'the pool has an id that no account has' },
  'worker-memory': { how: 'fault', fault: 'a task has less memory than its runtime doubled, and hangs' },
  'fargate-on-demand-quota': { how: 'fault', fault: 'a task has more vCPUs than the account, and hangs' },
  'fargate-spot-quota': {
    how: 'written',
    because: 'no local task is on Spot capacity',
    metric: { namespace: 'AWS/Usage', name: 'ResourceCount', dimensions: spotUsage },
    value: 5,
  },
  'api-errors': { how: 'fault', fault: 'the table throttles the reads of a route' },
  'api-slow': { how: 'fault', fault: 'a route waits for a table that is locked in the database' },
  'table-throttled': { how: 'fault', fault: 'the table throttles the reads of a route' },
  'upkeep-failing': { how: 'fault', fault: 'a part of each pass fails: S3 answers with 500' },
  'functions-throttled': { how: 'fault', fault: 'no concurrency is left for the reconciler' },
  'events-dropped': { how: 'fault', fault: 'no concurrency is left for the reconciler, until all retries are over' },
  'expired-files-present': { how: 'fault', fault: 'S3 answers with 500 when a file is to be removed' },
  'mail-bounces': { how: 'fault', fault: 'a recipient has no mailbox any more' },
  'mail-complaints': { how: 'fault', fault: 'a recipient reports the mail as spam' },
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

function writeWhatNothingMeasures(): void {
  for (const proof of Object.values(proofs)) {
    if (proof.how === 'written') cloud.cloudWatch.measure(proof.metric, proof.value, 'None');
  }
}

beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 1_000, changeTemplate: shrinkWorker, recordsPermissions: false });
  const timeline = new AlarmTimeline(cloud);
  await timeline.quiet();
  before = await states();
  faultsSince = cloud.clock.now();

  await timeline.files();
  await timeline.readers();
  await timeline.killedWorkers();
  const stopHanging = await timeline.hangingWorker();
  const waiting = await timeline.fillQueue();
  await timeline.throttledReconciler(waiting);
  await timeline.driftedSlot();
  await timeline.throttleTable();
  await timeline.minutes(13, async (minute) => {
    writeWhatNothingMeasures();
    if (minute % 5 === 0) await timeline.requests();
  });
  await timeline.failingExports();
  await timeline.unstartedExport();
  await stopHanging();
  await timeline.minutes(13);

  during = await states();
  await timeline.recover();
  after = await states();
}, 600_000);
afterAll(() => cloud?.stop(), 120_000);

test('without a fault no alarm is on', () => {
  expect([...before].filter(([, state]) => state !== 'OK' && state !== 'INSUFFICIENT_DATA')).toEqual([]);
});

test.each(alarmNames)('%s fires, and recovers', (name) => {
  const alarm = cloud.cloudWatch.alarms().find(({ plan }) => plan.name === alarmNameOf('local', name));
  const changes = alarm?.history.filter(({ at }) => at > faultsSince).map(({ to }) => to);
  expect(changes).toContain('ALARM');
  expect(after.get(name)).toBe('OK');
});

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
