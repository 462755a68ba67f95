import type { ExportRef } from '../domain/export-id.ts';
import { failureOf } from '../domain/failure.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import { type EndExportDeps, endExport } from './end-export.ts';

/** An admitted export that no worker has claimed for this long is let go once more. */
const RESUME_AFTER_MS = 60_000;

/**
 * Checks every export that holds a slot: ended ones give it back (they did already; this is for drift), admitted ones
 * whose signal was lost get it again, and those whose execution is over end as lost.
 * @returns how many needed it
 */
export async function repairRunning(deps: EndExportDeps): Promise<number> {
  const { pool, accounts } = await deps.admissions.readQueue();
  let repaired = 0;
  const held = new Map<string, string | undefined>([...pool.running].map((id) => [id, undefined]));
  for (const account of accounts) for (const id of account.running) held.set(id, account.accountId);
  for (const [id, accountId] of held) {
    const exportId = id as ExportRef['exportId'];
    if (accountId === undefined) {
      // Both sets are written in one transaction, so an id in one alone was never admitted.
      await deps.admissions.removeFromRunning(undefined, exportId);
      repaired += 1;
    } else if (await repairOne(deps, { accountId, exportId })) repaired += 1;
  }
  return repaired;
}

async function repairOne(deps: EndExportDeps, ref: ExportRef): Promise<boolean> {
  const record = await deps.store.get(ref);
  if (record === undefined || isTerminal(record.status)) {
    await deps.admissions.removeFromRunning(ref.accountId, ref.exportId);
    return true;
  }
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
  const outcome = await endExport(deps, record, ending, { kind: 'no_live_lease', now }, { by: 'system', at: now });
  return outcome.kind === 'ended';
}
