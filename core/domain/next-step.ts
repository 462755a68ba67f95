import { isLive } from './attempts.ts';
import { isToBeAnnounced } from './due.ts';
import type { Attempt, ExportRecord } from './export-record.ts';
import { effectiveStatus } from './lifecycle.ts';

/** What bears on an export besides its own record. */
export interface Surroundings {
  readonly now: number;
  readonly runWorkers: boolean;
  /** Place in its account's line, from 1; absent when it is not in line, or far behind. */
  readonly position?: number | undefined;
}

/** What happens to an export next, in one sentence for an operator. */
export function nextStep(record: ExportRecord, attempt: Attempt | undefined, around: Surroundings): string {
  const { now } = around;
  switch (effectiveStatus(record, now)) {
    case 'queued':
      return nextOfQueued(record, around);
    case 'running':
      return nextOfRunning(record, attempt, now);
    case 'ready':
      return `Its file can be downloaded until ${new Date(record.expiresAt ?? now).toISOString()}.`;
    case 'failed':
      if (isToBeAnnounced(record)) return 'The sweeper tells the people concerned within two minutes.';
      if (record.retriedBy !== undefined) return `Nothing: it was retried as ${record.retriedBy}.`;
      return 'Nothing, unless it is requeued.';
    case 'cancelled':
    case 'expired':
      return 'Nothing.';
  }
}

function nextOfQueued(record: ExportRecord, { now, runWorkers, position }: Surroundings): string {
  if (record.admittedAt !== undefined)
    return `It has its slot for ${seconds(now - record.admittedAt)}; a worker starts.`;
  if (record.taskToken === undefined)
    return 'Its execution comes to the queue; after a minute the sweeper starts it again.';
  if (!runWorkers) return 'Workers are paused: it waits until they are resumed.';
  const place = position === undefined ? 'many before it' : `${position - 1} before it`;
  return `It waits for its turn: ${place} in its account's line.`;
}

function nextOfRunning(record: ExportRecord, attempt: Attempt | undefined, now: number): string {
  if (attempt === undefined || !isLive(attempt, now)) {
    return 'Its lease is over: another attempt takes it, or it fails when its execution has ended.';
  }
  const lease = `the lease lapses in ${seconds(attempt.leaseUntil - now)} unless its worker renews it`;
  return record.cancelRequestedAt === undefined
    ? `A worker is at it: ${lease}.`
    : `Its worker stops with its next heartbeat: ${lease}.`;
}

function seconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1000)} s`;
}
