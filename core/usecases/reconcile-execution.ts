import type { ExportRef } from '../domain/export-id.ts';
import { failureOf } from '../domain/failure.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import { admit } from './admit.ts';
import { type EndExportDeps, endExport } from './end-export.ts';

/**
 * Ends the export of an execution that ended without RecordOutcome: stopped by hand, timed out as a whole, or broken.
 * Events may come late, twice, or for an execution that has been replaced; only the current one's counts.
 * @param number the n of the execution's name `<exportId>-<n>`
 */
export async function reconcileExecution(deps: EndExportDeps, ref: ExportRef, number: number): Promise<void> {
  const record = await deps.store.get(ref);
  if (record === undefined || record.executionNumber !== number) return;
  if (isTerminal(record.status)) {
    await admit(deps);
    return;
  }
  await endExport(
    deps,
    record,
    record.cancelRequestedAt === undefined ? { to: 'failed', failure: failureOf('worker_lost') } : { to: 'cancelled' },
    { kind: 'attempt', attempt: record.attempt },
    { by: 'system', at: deps.clock.now() },
  );
}
