// @module-tag every-metric-measured

import { describe, expect, test } from 'vitest';
import { type MetricName, metrics } from '../../../core/contract/metrics.ts';
import type { Change, ExportState } from '../../../core/domain/change.ts';
import type { Attempt, ExportRecord } from '../../../core/domain/export-record.ts';
import { levelsOf, measurementsOf } from '../../../core/usecases/measurements.ts';
import { file, newExport, T0 } from '../../support/exports.ts';

const record = newExport(0, { startedAt: T0 + 4_000 });
const attempt: Attempt = {
  exportId: record.id,
  number: 1,
  claim: 'claim-1',
  leaseUntil: T0 + 60_000,
  progress: { rowsWritten: 0, bytesWritten: 0, updatedAt: T0 },
  cancelRequested: false,
  startedAt: T0,
};

function changeOf(type: string, details: Change['event']['details'] = {}, fields: Partial<ExportRecord> = {}): Change {
  return {
    record: { ...record, ...fields, version: 2 },
    event: { version: 2, type, at: T0 + 10_500, by: 'ada', details },
  };
}

const before = (of?: Attempt): ExportState => ({ record, attempt: of });
const one = (name: MetricName) => ({ name, value: 1 });

const counted: readonly {
  readonly what: string;
  readonly before?: ExportState;
  readonly change: Change;
  readonly measured: ReturnType<typeof measurementsOf>;
}[] = [
  { what: 'a creation', change: changeOf('created'), measured: [one('ExportsCreated')] },
  {
    what: 'the first claim',
    before: before(),
    change: changeOf('claimed', { attempt: 1 }),
    measured: [{ name: 'QueueWaitSeconds', value: 10.5 }],
  },
  {
    what: 'a claim after one that was given back',
    before: before({ ...attempt, leaseUntil: 0 }),
    change: changeOf('claimed', { attempt: 2 }),
    measured: [one('Retries')],
  },
  {
    what: 'a claim after one whose lease lapsed',
    before: before(attempt),
    change: changeOf('claimed', { attempt: 2 }),
    measured: [one('Retries'), one('LeasesLapsed')],
  },
  {
    what: 'a file that is ready',
    before: before(attempt),
    change: changeOf('ready', {}, { file: { ...file, rows: 7, bytes: 512 } }),
    measured: [
      one('ExportsReady'),
      { name: 'RunSeconds', value: 6.5 },
      { name: 'RowsExported', value: 7 },
      { name: 'BytesExported', value: 512 },
    ],
  },
  {
    what: 'a failure',
    before: before(),
    change: changeOf('failed', { code: 'too_large' }),
    measured: [{ ...one('ExportsFailed'), code: 'too_large' }],
  },
  {
    what: 'a failure that starts a retry by itself',
    before: before(),
    change: { ...changeOf('failed', { code: 'stuck_in_queue' }), queues: newExport(2) },
    measured: [{ ...one('ExportsFailed'), code: 'stuck_in_queue' }, one('ExportsCreated')],
  },
  { what: 'a cancellation', before: before(), change: changeOf('cancelled'), measured: [one('ExportsCancelled')] },
  { what: 'a download', before: before(), change: changeOf('downloaded'), measured: [one('DownloadsServed')] },
  {
    what: 'a refused download',
    before: before(),
    change: changeOf('download_refused', { code: 'file_expired', via: 'link' }),
    measured: [{ ...one('DownloadsDenied'), code: 'file_expired' }],
  },
  {
    what: 'a link after its time',
    before: before(),
    change: changeOf('download_refused', { code: 'link_expired', via: 'link' }),
    measured: [{ ...one('DownloadsDenied'), code: 'link_expired' }, one('LinksExpired')],
  },
  { what: 'a bounce', before: before(), change: changeOf('mail_bounced'), measured: [one('NotificationsBounced')] },
  { what: 'feedback', before: before(), change: changeOf('feedback'), measured: [one('SupportSignals')] },
];

const levels = { queued: 12, running: 3, oldestBlockedMs: 90_500, slotDrift: 1, overdueFiles: 2 };
const told = [
  { name: 'QueuedExports', value: 12 },
  { name: 'RunningExports', value: 3 },
  { name: 'OldestQueuedAgeSeconds', value: 90.5 },
  { name: 'SlotDrift', value: 1 },
  { name: 'ExpiredFilesPresent', value: 2 },
];

test.each(counted)('counts $what', ({ before: state, change, measured }) => {
  expect(measurementsOf(state, change)).toEqual(measured);
});

test.each([
  'measured',
  'released',
  'cancel_requested',
  'retried',
  'expired',
  'erased',
  'announced',
  'taking_longer',
  'mail_sent',
  'mail_suppressed',
  'mail_complained',
])('counts nothing when an export is %s', (type) => {
  expect(measurementsOf(before(attempt), changeOf(type, { code: 'internal' }))).toEqual([]);
});

test('no time is negative, whichever host’s clock is ahead', () => {
  const ahead = changeOf('claimed', {}, { createdAt: T0 + 60_000 });
  expect(measurementsOf(before(), ahead)).toEqual([{ name: 'QueueWaitSeconds', value: 0 }]);
});

describe('a pass of the sweeper', () => {
  test('tells every level, zeros too, and that it ran', () => {
    expect(levelsOf({ levels, failures: [] })).toEqual([...told, { name: 'SweeperRuns', value: 1 }]);
    const idle = { queued: 0, running: 0, oldestBlockedMs: 0, slotDrift: 0, overdueFiles: 0 };
    expect(levelsOf({ levels: idle, failures: [] })).toHaveLength(6);
  });

  test('of which a part failed is no run, and leaves out what it could not read', () => {
    const failures = [new Error('throttled')];
    expect(levelsOf({ levels: { ...levels, queued: undefined }, failures })).toEqual(told.slice(1));
  });
});

test('every metric of the contract is measured above, and told apart by code where it says so', () => {
  const all = [...counted.flatMap(({ measured }) => measured), ...levelsOf({ levels, failures: [] })];
  expect(new Set(all.map(({ name }) => name))).toEqual(new Set(Object.keys(metrics)));
  for (const { name, code } of all) expect([name, code !== undefined]).toEqual([name, 'byCode' in metrics[name]]);
});
