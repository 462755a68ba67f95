import { type Actor, type Decision, type ExportState, stepOf } from './change.ts';
import type { Attempt, ExportRecord } from './export-record.ts';
import type { FailureCode } from './failure.ts';
import { isTerminal, LEASE_MS, MAX_ATTEMPTS, type Status } from './lifecycle.ts';

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly record: ExportRecord; readonly attempt: Attempt }
  /** Somebody else holds a live lease; wait until it lapses and try again. */
  | { readonly kind: 'busy'; readonly leaseUntil: number }
  | { readonly kind: 'not_admitted' }
  | { readonly kind: 'ended'; readonly status: Status }
  /** All attempts are spent. */
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'not_found' };

/** Why a worker gives up its attempt: a failure that another attempt may not meet, or a stop that does not count. */
export type ReleaseReason = { readonly kind: 'failure'; readonly code: FailureCode } | { readonly kind: 'stopped' };

/** Whether `claim` holds the attempt: nobody took it over, it was not given back, and the export has not ended. */
export function isHeld(attempt: Attempt | undefined, claim: string): boolean {
  return attempt?.claim === claim && attempt.leaseUntil > 0 && attempt.endedAt === undefined;
}

/** Whether a worker must be believed to be alive. A lease lapses at the instant it names. */
export function isLive(attempt: Attempt | undefined, now: number): boolean {
  return attempt !== undefined && attempt.leaseUntil > now;
}

/** Whether another attempt may be made; those that ended through no fault of the export do not count. */
function hasAttemptsLeft(record: ExportRecord): boolean {
  return record.attempt - record.uncountedAttempts < MAX_ATTEMPTS;
}

/** Takes the next attempt, unless somebody may still be working on the one before. */
export function claimAttempt(state: ExportState | undefined, claim: string, now: number): Decision<ClaimOutcome> {
  if (state === undefined) return { outcome: { kind: 'not_found' } };
  const { record, attempt } = state;
  if (isTerminal(record.status)) return { outcome: { kind: 'ended', status: record.status } };
  if (attempt && isHeld(attempt, claim)) return { outcome: { kind: 'claimed', record, attempt } };
  if (attempt && isLive(attempt, now)) return { outcome: { kind: 'busy', leaseUntil: attempt.leaseUntil } };
  if (record.admittedAt === undefined) return { outcome: { kind: 'not_admitted' } };
  if (!hasAttemptsLeft(record)) return { outcome: { kind: 'exhausted' } };

  const number = record.attempt + 1;
  // Why an earlier attempt was given up says nothing about this one.
  const { lastFailure: _lastFailure, ...kept } = record;
  const step = stepOf(
    kept,
    { status: 'running', attempt: number, startedAt: record.startedAt ?? now, updatedAt: now },
    { type: 'claimed', details: { attempt: number } },
    { by: 'worker', at: now },
  );
  const next: Attempt = {
    exportId: record.id,
    number,
    claim,
    leaseUntil: now + LEASE_MS,
    progress: { rowsWritten: 0, bytesWritten: 0, updatedAt: now },
    // A request that no worker lived to see is handed to the next one.
    cancelRequested: record.cancelRequestedAt !== undefined,
    startedAt: now,
  };
  return {
    outcome: { kind: 'claimed', record: step.record, attempt: next },
    change: {
      ...step,
      transition: record.status === 'queued' ? 'claim' : 'reclaim',
      attempt: next,
      attemptIs: attempt ? { kind: 'lapsed', number: attempt.number, now } : { kind: 'absent' },
    },
  };
}

/** Gives the claim back; nothing to do when it is not held (any more). */
export function releaseAttempt(
  state: ExportState | undefined,
  claim: string,
  reason: ReleaseReason,
  now: number,
): Decision<void> {
  if (!state?.attempt || isTerminal(state.record.status)) return { outcome: undefined };
  if (!isHeld(state.attempt, claim)) return { outcome: undefined };
  const { record, attempt } = state;
  const fields =
    reason.kind === 'failure' ? { lastFailure: reason.code } : { uncountedAttempts: record.uncountedAttempts + 1 };
  const cause = reason.kind === 'failure' ? reason.code : reason.kind;
  const event = { type: 'released', details: { attempt: attempt.number, reason: cause } };
  return {
    outcome: undefined,
    change: {
      ...stepOf(record, { ...fields, updatedAt: now }, event, { by: 'worker', at: now }),
      attempt: { ...attempt, leaseUntil: 0 },
      attemptIs: { kind: 'held', claim },
    },
  };
}

/** Asks the worker to stop. A second request changes nothing. */
export function requestCancellation(state: ExportState | undefined, actor: Actor): Decision<boolean> {
  if (state?.record.status !== 'running' || !state.attempt) return { outcome: false };
  const { record, attempt } = state;
  if (record.cancelRequestedAt !== undefined) return { outcome: true };
  return {
    outcome: true,
    change: {
      ...stepOf(record, { cancelRequestedAt: actor.at, updatedAt: actor.at }, { type: 'cancel_requested' }, actor),
      attempt: { ...attempt, cancelRequested: true },
      attemptIs: { kind: 'number', number: attempt.number },
    },
  };
}
