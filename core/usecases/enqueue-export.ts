import { tokenTryOf } from '../domain/execution.ts';
import type { ExportRef } from '../domain/export-id.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import type { Executions } from '../ports/executions.ts';
import { type AdmitDeps, admit } from './admit.ts';

export interface EnqueueExportDeps extends AdmitDeps {
  readonly admissions: AdmitDeps['admissions'] & Pick<AdmissionStore, 'enqueue'>;
  readonly executions: Pick<Executions, 'resume' | 'dismiss'>;
}

/** One run of the Queued state. */
export interface QueuedRun {
  readonly taskToken: string;
  readonly executionNumber: number;
  /** How often the execution has repeated the state, from 0. */
  readonly retryCount: number;
}

/**
 * The Queued state: stores the task token and puts the export into its account's line. The token may be a new one for
 * an export that was admitted before (the state machine repeats steps); then it goes on at once. A run that is overtaken
 * by its repetition does nothing: nobody waits on its token any more.
 */
export async function enqueueExport(deps: EnqueueExportDeps, ref: ExportRef, run: QueuedRun): Promise<void> {
  const { taskToken } = run;
  const tokenTry = tokenTryOf(run.executionNumber, run.retryCount);
  const outcome = await deps.admissions.enqueue(ref, taskToken, tokenTry, deps.clock.now());
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
    case 'superseded':
      return;
  }
}
