import { freeSlots } from '../domain/admission.ts';
import { isDue } from '../domain/due.ts';
import type { ExportRef } from '../domain/export-id.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { failureOf } from '../domain/failure.ts';
import type { Ids } from '../ports/ids.ts';
import { type EndExportDeps, endExport } from './end-export.ts';
import { newRecord } from './queue-export.ts';

/** Startable time after which an export is shown as taking longer. */
const TAKING_LONGER_AFTER_MS = 5 * 60_000;

/** Startable time after which an export fails as stuck and is started once more by itself. */
const STUCK_AFTER_MS = 15 * 60_000;

/** The standard words promise another start, which there is only once. */
const STUCK_AGAIN_MESSAGE = 'The export waited too long for a worker, for the second time. Retry it later.';

/** Queued for this long without a task token: its execution was not started, or has not come to the queue. */
const UNSTARTED_AFTER_MS = 60_000;

/** Exports looked at per account and pass; those behind them wait their turn, which is never stuck. */
const HEADS = 10;

export interface WatchQueueDeps extends EndExportDeps {
  readonly ids: Ids;
}

export interface WatchReport {
  /** Exports that were marked as taking longer. */
  takingLonger: number;
  /** Exports that failed as stuck. */
  stuck: number;
  /** For how long the one that waits longest could have started; 0 when none could, or while workers are paused. */
  oldestBlockedMs: number;
}

/**
 * Advances the stuck clock of exports that could have started and did not: workers are on, a slot is free, their
 * account is under its cap. Waiting for one's turn, or for paused workers, is never stuck. Time counts from one pass
 * to the next, and only for exports that could start at both.
 */
export async function watchQueue(deps: WatchQueueDeps): Promise<WatchReport> {
  const { runWorkers } = await deps.rollout.flags();
  const now = deps.clock.now();
  const lastWatch = await deps.admissions.beginWatch(now, !runWorkers);
  const report = { takingLonger: 0, stuck: 0, oldestBlockedMs: 0 };
  if (!runWorkers) return report;
  for (const ref of await startable(deps, now)) {
    const record = await deps.store.get(ref);
    if (record === undefined || record.status !== 'queued' || record.admittedAt !== undefined) continue;
    const sinceLast = record.startableSeenAt === lastWatch ? now - (lastWatch ?? now) : 0;
    const blockedMs = record.blockedMs + sinceLast;
    await deps.store.noteStartable(ref, now, blockedMs);
    if (blockedMs >= STUCK_AFTER_MS) {
      if (await failAsStuck(deps, record, now)) report.stuck += 1;
      continue;
    }
    report.oldestBlockedMs = Math.max(report.oldestBlockedMs, blockedMs);
    if (blockedMs >= TAKING_LONGER_AFTER_MS && record.takingLongerAt === undefined) {
      await deps.store.markTakingLonger(ref, now);
      report.takingLonger += 1;
    }
  }
  return report;
}

/** Exports that nothing but a fault keeps from starting: the heads of lines with a slot, and those without an execution. */
async function startable(deps: WatchQueueDeps, now: number): Promise<readonly ExportRef[]> {
  const { pool, accounts } = await deps.admissions.readQueue();
  let slots = freeSlots(pool, deps.caps);
  const refs: ExportRef[] = [];
  const atCap = new Set<string>();
  for (const { accountId, running, mayWait } of accounts) {
    if (running.size >= deps.caps.account) atCap.add(accountId);
    const places = Math.min(slots, deps.caps.account - running.size, HEADS);
    if (places <= 0 || !mayWait) continue;
    const waiting = await deps.admissions.waiting(accountId, places);
    slots -= waiting.length;
    refs.push(...waiting);
  }
  if (slots === 0) return refs;
  const since = now - UNSTARTED_AFTER_MS;
  for (const ref of await deps.store.due('start', since, slots)) {
    const record = atCap.has(ref.accountId) ? undefined : await deps.store.get(ref);
    if (record !== undefined && isDue(record, 'start', since)) refs.push(ref);
  }
  return refs;
}

/**
 * Fails the export unless its turn has come after all, and queues it once more with the same recipients, who are looked
 * up again when there is something to tell them; a retry that gets stuck stays failed.
 */
async function failAsStuck(deps: WatchQueueDeps, record: ExportRecord, now: number): Promise<boolean> {
  const requester = { ...record.requestedBy, accountId: record.accountId };
  const retry = record.automaticRetry
    ? undefined
    : newRecord(deps, requester, record.snapshot, {
        notifyRequester: record.notifyRequester,
        notify: record.notify,
        ...(record.note !== undefined && { note: record.note }),
        retryOf: record.id,
        automaticRetry: true,
      });
  const ending = {
    to: 'failed',
    failure: retry === undefined ? failureOf('stuck_in_queue', STUCK_AGAIN_MESSAGE) : failureOf('stuck_in_queue'),
    ...(retry !== undefined && { automaticRetry: retry }),
  } as const;
  const outcome = await endExport(deps, record, ending, { kind: 'not_admitted' }, { by: 'system', at: now });
  // The sweeper's next pass starts the retry: it is a queued export without an execution.
  return outcome.kind === 'ended';
}
