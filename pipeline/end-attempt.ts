import { ExportFailedError } from '../core/domain/errors.ts';
import type { ExportRef } from '../core/domain/export-id.ts';
import type { Attempt, ExportRecord } from '../core/domain/export-record.ts';
import { failureOf } from '../core/domain/failure.ts';
import { isTerminal, MAX_ATTEMPTS } from '../core/domain/lifecycle.ts';
import type { Ending } from '../core/ports/export-store.ts';
import { RunInterrupted } from './heartbeat.ts';
import type { RunDependencies } from './run-dependencies.ts';
import type { RunOutcome } from './run-outcome.ts';

/**
 * Records why an attempt produced no file: as the export's ending when that is final, else by giving the claim back for
 * the next attempt.
 */
export async function endAttempt(
  ref: ExportRef,
  { record, attempt }: { readonly record: ExportRecord; readonly attempt: Attempt },
  reason: unknown,
  { attempts, exports, clock, log }: Pick<RunDependencies, 'attempts' | 'exports' | 'clock' | 'log'>,
): Promise<RunOutcome> {
  async function end(ending: Ending, outcome: RunOutcome): Promise<RunOutcome> {
    const guard = { kind: 'claim', claim: attempt.claim } as const;
    const ended = await exports.end(ref, ending, guard, { by: 'worker', at: clock.now() });
    return ended.kind === 'ended' ? outcome : afterRefusal(ended.record);
  }

  if (reason instanceof RunInterrupted) {
    log.info('attempt interrupted', { attempt: attempt.number, reason: reason.reason });
    if (reason.reason === 'cancelled') return end({ to: 'cancelled' }, { kind: 'cancelled' });
    const holdsIt = reason.reason === 'shutdown' || reason.reason === 'given-up';
    if (holdsIt) await attempts.release(ref, attempt.claim, { kind: 'stopped' }, clock.now());
    return { kind: 'retry', code: 'worker_lost', cause: reason };
  }

  const error =
    reason instanceof ExportFailedError
      ? reason
      : new ExportFailedError('internal', { retryable: true, cause: reason });
  log.warn('attempt failed', { attempt: attempt.number, code: error.code, error });
  const isLast = attempt.number - record.uncountedAttempts >= MAX_ATTEMPTS;
  if (error.retryable && !isLast) {
    await attempts.release(ref, attempt.claim, { kind: 'failure', code: error.code }, clock.now());
    return { kind: 'retry', code: error.code, cause: error };
  }
  const failure = failureOf(error.code, error.userMessage);
  return end({ to: 'failed', failure }, { kind: 'failed', failure });
}

/** Somebody else ended the export, or took it over; in the latter case the next attempt finds out how that went. */
export function afterRefusal(record: ExportRecord | undefined): RunOutcome {
  if (record === undefined) return { kind: 'left', reason: 'not_found' };
  if (isTerminal(record.status)) return { kind: 'left', reason: 'ended' };
  return { kind: 'retry', code: 'worker_lost', cause: new Error('The claim is no longer current') };
}
