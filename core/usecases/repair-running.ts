import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { failureOf } from '../domain/failure.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import type { EndGuard } from '../ports/export-store.ts';
import { type EndExportDeps, endExport } from './end-export.ts';

/** An admitted export that no worker has claimed for this long is let go once more. */
const RESUME_AFTER_MS = 60_000;

export interface RepairReport {
  /** Exports that needed it. */
  readonly repaired: number;
  /** Those of them that had ended, or were never admitted, and held a slot all the same. */
  readonly slotDrift: number;
}

/**
 * Checks every export that holds a slot: ended ones give it back (they did already; this is for drift), admitted ones
 * whose signal was lost get it again, and those whose execution is over end as lost, unless a worker may end them yet.
 */
export async function repairRunning(deps: EndExportDeps): Promise<RepairReport> {
  let repaired = 0;
  const suspects: string[] = [];
  for (const [id, accountId] of await slotHolders(deps)) {
    const ref = accountId === undefined ? undefined : { accountId, exportId: id as ExportId };
    const record = ref && (await deps.store.get(ref));
    // Both sets are written in one transaction, so an id in one alone was never admitted.
    if (ref === undefined || record === undefined || isTerminal(record.status)) suspects.push(id);
    else if (await repairOne(deps, ref, record)) repaired += 1;
  }
  const slotDrift = await returnSlots(deps, suspects);
  return { repaired: repaired + slotDrift, slotDrift };
}

/** Ids of exports that hold a slot, each with the account whose set says so; undefined when the pool's alone does. */
async function slotHolders({ admissions }: EndExportDeps): Promise<Map<string, string | undefined>> {
  const { pool, accounts } = await admissions.readQueue();
  const held = new Map<string, string | undefined>([...pool.running].map((id) => [id, undefined]));
  for (const account of accounts) for (const id of account.running) held.set(id, account.accountId);
  return held;
}

/** Whoever ended between the two readings has given its slot back by now: only what is held still is drift. */
async function returnSlots(deps: EndExportDeps, suspects: readonly string[]): Promise<number> {
  if (suspects.length === 0) return 0;
  const held = await slotHolders(deps);
  const drifted = suspects.filter((id) => held.has(id));
  for (const id of drifted) await deps.admissions.removeFromRunning(held.get(id), id as ExportId);
  return drifted.length;
}

async function repairOne(deps: EndExportDeps, ref: ExportRef, record: ExportRecord): Promise<boolean> {
  const now = deps.clock.now();
  if (record.admittedAt === undefined || now - record.admittedAt < RESUME_AFTER_MS) return false;
  if (
    record.status === 'queued' &&
    record.taskToken !== undefined &&
    (await deps.executions.resume(record.taskToken))
  ) {
    return true;
  }
  const status = await deps.executions.status(ref, record.executionNumber);
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return false;
  const ending =
    record.cancelRequestedAt === undefined
      ? ({ to: 'failed', failure: failureOf(record.lastFailure ?? 'worker_lost') } as const)
      : ({ to: 'cancelled' } as const);
  // A worker that lives may end it yet; a lead might live on for ever, as nobody starts those who make what it waits for.
  const guard: EndGuard =
    record.route === 'partitioned' ? { kind: 'attempt', attempt: record.attempt } : { kind: 'no_live_lease', now };
  const outcome = await endExport(deps, record, ending, guard, { by: 'system', at: now });
  return outcome.kind === 'ended';
}
