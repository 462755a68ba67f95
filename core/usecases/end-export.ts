import type { ExportRef } from '../domain/export-id.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import type { Executions } from '../ports/executions.ts';
import type { Actor, EndGuard, Ending, EndOutcome, ExportStore } from '../ports/export-store.ts';
import { type AdmitDeps, admit } from './admit.ts';

export interface EndExportDeps extends AdmitDeps {
  readonly admissions: AdmissionStore;
  readonly executions: Executions;
  readonly store: ExportStore;
}

/**
 * Ends an export from outside its worker, lets its execution go, and gives the slot to whoever is next. The ending
 * itself is one transaction; the rest may be lost. The sweeper admits again with every pass, and dismisses again when it
 * cleans up after the export; until then the execution waits, but holds no slot.
 */
export async function endExport(
  deps: EndExportDeps,
  record: ExportRecord,
  ending: Exclude<Ending, { to: 'ready' }>,
  guard: EndGuard,
  actor: Actor,
): Promise<EndOutcome> {
  const ref: ExportRef = { accountId: record.accountId, exportId: record.id };
  const outcome = await deps.store.end(ref, ending, guard, actor);
  if (outcome.kind === 'ended') {
    // Read again: the execution may have come to the queue, or have come back to it, since the caller read the record.
    const taskToken = record.status === 'queued' ? (await deps.store.get(ref))?.taskToken : undefined;
    if (taskToken !== undefined) await deps.executions.dismiss(taskToken);
    await admit(deps);
  }
  return outcome;
}
