import { exportPrefix } from '../domain/file-keys.ts';
import { isTerminal, LEASE_MS } from '../domain/lifecycle.ts';
import type { FileStore } from '../ports/file-store.ts';
import { admit } from './admit.ts';
import type { EndExportDeps } from './end-export.ts';
import { repairRunning } from './repair-running.ts';
import { type WatchQueueDeps, watchQueue } from './watch-queue.ts';

/** A queued export without a task token for this long has lost its start. */
const ORPHANED_AFTER_MS = 60_000;

/** How long after its expiry a file is removed; nobody is given a link to it in this time. */
const REMOVAL_DELAY_MS = 3_600_000;

/** The most exports one pass takes up of each kind; the next minute goes on. */
const BATCH = 100;

export interface SweepDeps extends EndExportDeps, WatchQueueDeps {
  readonly files: FileStore;
}

/** What one pass did, for the log and the metrics. */
export interface SweepReport {
  started: number;
  repaired: number;
  admitted: number;
  expired: number;
  cleaned: number;
  takingLonger: number;
  stuck: number;
}

/**
 * The minute's pass over everything that may have been lost: starts, slots, leases, files. Every part of it may run
 * twice at once, and repeating it changes nothing.
 */
export async function sweep(deps: SweepDeps): Promise<SweepReport> {
  const started = await startOrphans(deps);
  const repaired = await repairRunning(deps);
  const admitted = (await admit(deps)).length;
  const { takingLonger, stuck } = await watchQueue(deps);
  const expired = await removeExpired(deps);
  const cleaned = await removeLeftovers(deps);
  return { started, repaired, admitted, takingLonger, stuck, expired, cleaned };
}

/** The record is the outbox: an export that no execution has taken up is started again. */
async function startOrphans(deps: SweepDeps): Promise<number> {
  const now = deps.clock.now();
  const orphans = await deps.store.due('start', now - ORPHANED_AFTER_MS, BATCH);
  for (const ref of orphans) {
    const record = await deps.store.get(ref);
    if (record === undefined || record.status !== 'queued' || record.taskToken !== undefined) continue;
    const status = await deps.executions.status(ref, record.executionNumber);
    if (status === undefined) await deps.executions.start(ref, record.executionNumber);
    else if (status !== 'RUNNING' && (await deps.store.advanceExecution(ref, record.executionNumber, now))) {
      await deps.executions.start(ref, record.executionNumber + 1);
    }
  }
  return orphans.length;
}

async function removeExpired(deps: SweepDeps): Promise<number> {
  const now = deps.clock.now();
  const due = await deps.store.due('expiry', now - REMOVAL_DELAY_MS, BATCH);
  for (const ref of due) {
    const { keys } = await deps.files.contents(exportPrefix(ref));
    await deps.files.remove(keys);
    await deps.store.expire(ref, now);
  }
  return due.length;
}

/** What attempts that did not publish have left: a killed worker's upload, a file that lost to a cancellation. */
async function removeLeftovers(deps: SweepDeps): Promise<number> {
  // A worker that has lost its claim stops with its next heartbeat; after a lease it has certainly noticed.
  const due = await deps.store.due('cleanup', deps.clock.now() - LEASE_MS, BATCH);
  for (const ref of due) {
    const record = await deps.store.get(ref);
    if (record === undefined || !isTerminal(record.status)) continue;
    const { keys, uploads } = await deps.files.contents(exportPrefix(ref));
    const published = record.file === undefined ? [] : [record.file.key, record.file.waybillKey];
    for (const { key, uploadId } of uploads) await deps.files.abortUpload(key, uploadId);
    await deps.files.remove(keys.filter((key) => !published.includes(key)));
    await deps.store.markCleaned(ref);
  }
  return due.length;
}
