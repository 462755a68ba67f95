import { functionError, type RecordOutcomeOutput } from '../contract/payloads.ts';
import { isToBeAnnounced } from '../domain/due.ts';
import type { ExportRef } from '../domain/export-id.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { type Failure, failureCodes, failureOf } from '../domain/failure.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import { admit } from './admit.ts';
import { type EndExportDeps, endExport } from './end-export.ts';

/** What the state machine caught, in Step Functions' own terms. */
export interface StepError {
  readonly Error?: string | undefined;
  readonly Cause?: string | undefined;
}

/**
 * The last step of every execution: tells how the export ended, and ends it when no worker did. Workers record their
 * own outcome; an execution that arrives here without one has lost its worker.
 */
export async function recordOutcome(
  deps: EndExportDeps,
  ref: ExportRef,
  error: StepError | undefined,
): Promise<RecordOutcomeOutput> {
  const record = await deps.store.get(ref);
  if (record === undefined) {
    return { status: 'failed', code: 'internal', message: 'the export does not exist', announce: false };
  }
  if (isTerminal(record.status)) {
    await admit(deps);
    return outcomeOf(record);
  }
  await endExport(
    deps,
    record,
    record.cancelRequestedAt === undefined ? { to: 'failed', failure: failureIn(error, record) } : { to: 'cancelled' },
    { kind: 'attempt', attempt: record.attempt },
    { by: 'system', at: deps.clock.now() },
  );
  const ended = await deps.store.get(ref);
  // Somebody else may have ended or claimed it meanwhile; the step is repeated until there is an outcome to tell.
  if (ended === undefined || !isTerminal(ended.status)) throw new Error(`${ref.exportId} has no outcome yet`);
  return outcomeOf(ended);
}

/**
 * Steps throw failures by their code, with words for the user if they have better ones than the code's; a task cannot,
 * but it leaves its reason with the attempt it gave up.
 */
function failureIn(error: StepError | undefined, record: ExportRecord): Failure {
  const code = failureCodes.find((each) => each === error?.Error);
  if (code === undefined) return failureOf(record.lastFailure ?? 'worker_lost');
  const words = thrownWords(error);
  return failureOf(code, words === code ? undefined : words);
}

/** The message of what a function has thrown; only they throw under our codes. */
function thrownWords(error: StepError | undefined): string | undefined {
  try {
    return functionError.parse(JSON.parse(error?.Cause ?? '')).errorMessage;
  } catch {
    return undefined;
  }
}

function outcomeOf(record: ExportRecord): RecordOutcomeOutput {
  return {
    status: record.status,
    code: record.failure?.code ?? record.status,
    message: record.failure?.message ?? record.status,
    announce: isToBeAnnounced(record),
  };
}
