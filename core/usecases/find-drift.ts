import type { ExportId } from '../domain/export-id.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import { LINE_LIMIT } from './active-exports.ts';

/** Queued for this long without a task token: its start was lost, or its execution has not come to the queue. */
const UNSTARTED_AFTER_MS = 60_000;

/** Ways in which the queue's items and the exports' records can disagree, each with what puts it right. */
export const driftKinds = {
  slot_of_pool_alone: 'holds a slot of the pool, but none of an account: --repair frees it',
  slot_of_account_alone: 'holds a slot of its account, but none of the pool: --repair frees it once it has ended',
  slot_without_export: 'holds a slot, but has ended or is gone: --repair frees it',
  line_taken_as_empty: 'waits in line, but its account is taken to have nobody waiting: its next export starts both',
  token_without_export: 'waits in line, but has ended, runs, or is gone: its account stands still until it is removed',
  queued_without_token: 'is queued for over a minute without a task token: the sweeper starts it',
} as const;

export interface Drift {
  readonly kind: keyof typeof driftKinds;
  readonly exportId: ExportId;
  readonly accountId?: string;
}

export interface FindDriftDeps {
  readonly store: Pick<ExportStore, 'due' | 'get'>;
  readonly admissions: Pick<AdmissionStore, 'readQueue' | 'waiting'>;
  readonly clock: Clock;
}

/**
 * Compares who holds a slot and who waits in line with the records. The items are read one after the other while exports
 * come and go, so only what a second look sees as well is told.
 */
export async function findDrift(deps: FindDriftDeps): Promise<readonly Drift[]> {
  const first = await look(deps);
  if (first.length === 0) return first;
  const seen = new Set(first.map(identity));
  return (await look(deps)).filter((drift) => seen.has(identity(drift)));
}

async function look(deps: FindDriftDeps): Promise<readonly Drift[]> {
  const { pool, accounts } = await deps.admissions.readQueue();
  const found: Drift[] = [];
  const held = new Set(accounts.flatMap(({ running }) => [...running]));
  for (const id of pool.running) {
    if (!held.has(id)) found.push({ kind: 'slot_of_pool_alone', exportId: id as ExportId });
  }
  for (const { accountId, running, mayWait } of accounts) {
    for (const id of running) {
      const ref = { accountId, exportId: id as ExportId };
      if (!pool.running.has(id)) found.push({ kind: 'slot_of_account_alone', ...ref });
      const record = await deps.store.get(ref);
      if (record === undefined || isTerminal(record.status)) found.push({ kind: 'slot_without_export', ...ref });
    }
    for (const ref of await deps.admissions.waiting(accountId, LINE_LIMIT)) {
      const record = await deps.store.get(ref);
      const waits = record?.status === 'queued' && record.admittedAt === undefined;
      if (waits && !mayWait) found.push({ kind: 'line_taken_as_empty', ...ref });
      if (!waits) found.push({ kind: 'token_without_export', ...ref });
    }
  }
  for (const ref of await deps.store.due('start', deps.clock.now() - UNSTARTED_AFTER_MS, LINE_LIMIT)) {
    const record = await deps.store.get(ref);
    if (record?.status === 'queued' && record.taskToken === undefined)
      found.push({ kind: 'queued_without_token', ...ref });
  }
  return found;
}

function identity({ kind, exportId }: Drift): string {
  return `${kind} ${exportId}`;
}
