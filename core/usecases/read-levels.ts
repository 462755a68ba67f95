import { isDue } from '../domain/due.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';

/** Exports without an execution that are counted at most; as many as that are an alarm in any case. */
const MAX_COUNTED_STARTS = 1000;

/** Files that are overdue are counted up to this; each is read, as the index may be behind. */
const MAX_COUNTED_FILES = 100;

export interface LevelDeps {
  readonly store: Pick<ExportStore, 'get' | 'due'>;
  readonly admissions: Pick<AdmissionStore, 'readQueue' | 'countWaiting'>;
  readonly clock: Clock;
}

/** How many exports hold a slot, and how many wait: in line, or for an execution that brings them there. */
export async function queueLevels(deps: LevelDeps): Promise<{ queued: number; running: number }> {
  const { pool, accounts } = await deps.admissions.readQueue();
  let queued = (await deps.store.due('start', deps.clock.now(), MAX_COUNTED_STARTS)).length;
  for (const { accountId, mayWait } of accounts) if (mayWait) queued += await deps.admissions.countWaiting(accountId);
  return { queued, running: pool.running.size };
}

/** How many exports whose file should have been removed by `until` still have it. */
export async function overdueFiles(deps: LevelDeps, until: number): Promise<number> {
  let count = 0;
  for (const ref of await deps.store.due('expiry', until, MAX_COUNTED_FILES)) {
    const record = await deps.store.get(ref);
    if (record !== undefined && isDue(record, 'expiry', until)) count += 1;
  }
  return count;
}
