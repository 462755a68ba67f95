import type { ExportRef } from '../domain/export-id.ts';
import { type AdmitDeps, admit } from './admit.ts';

/**
 * The Queued state: stores the task token and puts the export into its account's line. The token may be a new one for
 * an export that was admitted before (the state machine repeats steps); then it goes on at once.
 */
export async function enqueueExport(deps: AdmitDeps, ref: ExportRef, taskToken: string): Promise<void> {
  const outcome = await deps.admissions.enqueue(ref, taskToken, deps.clock.now());
  switch (outcome.kind) {
    case 'waiting':
      await admit(deps);
      return;
    case 'admitted':
      await deps.executions.resume(taskToken);
      return;
    case 'ended':
    case 'not_found':
      await deps.executions.dismiss(taskToken);
      return;
  }
}
