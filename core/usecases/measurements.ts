import type { Measurement } from '../contract/metrics.ts';
import type { Change, ExportState } from '../domain/change.ts';
import type { SweepReport } from './sweep.ts';

/**
 * What a change of an export counts for; most count for nothing. Everything is taken from what is written, so a request
 * that is repeated and changes nothing measures nothing.
 * @param before undefined when the change is the export's creation
 */
export function measurementsOf(before: ExportState | undefined, change: Change): readonly Measurement[] {
  const own = ownMeasurements(before, change);
  return change.queues ? [...own, { name: 'ExportsCreated', value: 1 }] : own;
}

function ownMeasurements(before: ExportState | undefined, { record, event }: Change): readonly Measurement[] {
  switch (event.type) {
    case 'created':
      return [{ name: 'ExportsCreated', value: 1 }];
    case 'claimed':
      return claimMeasurements(before, record.createdAt, event.at);
    case 'ready': {
      const { file, startedAt = event.at } = record;
      return [
        { name: 'ExportsReady', value: 1 },
        { name: 'RunSeconds', value: seconds(event.at - startedAt) },
        { name: 'RowsExported', value: file?.rows ?? 0 },
        { name: 'BytesExported', value: file?.bytes ?? 0 },
      ];
    }
    case 'failed':
      return [{ name: 'ExportsFailed', value: 1, code: String(event.details.code) }];
    case 'cancelled':
      return [{ name: 'ExportsCancelled', value: 1 }];
    case 'downloaded':
      return [{ name: 'DownloadsServed', value: 1 }];
    case 'download_refused': {
      const code = String(event.details.code);
      const denied: Measurement = { name: 'DownloadsDenied', value: 1, code };
      return code === 'link_expired' ? [denied, { name: 'LinksExpired', value: 1 }] : [denied];
    }
    case 'mail_bounced':
      return [{ name: 'NotificationsBounced', value: 1 }];
    case 'feedback':
      return [{ name: 'SupportSignals', value: 1 }];
    default:
      return [];
  }
}

function claimMeasurements(before: ExportState | undefined, createdAt: number, at: number): readonly Measurement[] {
  const previous = before?.attempt;
  if (previous === undefined) return [{ name: 'QueueWaitSeconds', value: seconds(at - createdAt) }];
  const retry: Measurement = { name: 'Retries', value: 1 };
  // A claim that was given back has no lease any more.
  return previous.leaseUntil > 0 ? [retry, { name: 'LeasesLapsed', value: 1 }] : [retry];
}

/** What a pass of the sweeper tells. A level that it could not read is left out rather than told as 0. */
export function levelsOf({ levels, failures }: Pick<SweepReport, 'levels' | 'failures'>): readonly Measurement[] {
  const { queued, running, oldestBlockedMs, slotDrift, overdueFiles } = levels;
  const told = [
    { name: 'QueuedExports', value: queued },
    { name: 'RunningExports', value: running },
    { name: 'OldestQueuedAgeSeconds', value: oldestBlockedMs === undefined ? undefined : seconds(oldestBlockedMs) },
    { name: 'SlotDrift', value: slotDrift },
    { name: 'ExpiredFilesPresent', value: overdueFiles },
    { name: 'SweeperRuns', value: failures.length === 0 ? 1 : undefined },
  ] as const;
  return told.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }]));
}

/** Hosts' clocks differ by moments, and no wait is negative. */
function seconds(milliseconds: number): number {
  return Math.max(0, milliseconds) / 1000;
}
