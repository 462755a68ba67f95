import { isHeld, isLive } from './attempts.ts';
import { type Actor, type AttemptCondition, type Change, type Decision, type ExportState, stepOf } from './change.ts';
import type { ExportEvent, ExportFile, ExportRecord } from './export-record.ts';
import type { Failure } from './failure.ts';
import { isTerminal, mayTransition, type Transition } from './lifecycle.ts';

/** What must hold, besides the status, for an ending to be allowed. */
export type EndGuard =
  /** The worker ends it itself: its claim must be the current one. Nobody else can make an export ready. */
  | { readonly kind: 'claim'; readonly claim: string }
  /** No worker is believed to be alive: no attempt yet, or its lease lapsed before `now`. */
  | { readonly kind: 'no_live_lease'; readonly now: number }
  /** Still the attempt the caller knows to be over (its task has stopped); 0 before the first. */
  | { readonly kind: 'attempt'; readonly attempt: number }
  /** Still waiting for its turn. */
  | { readonly kind: 'not_admitted' };

export type Ending =
  | {
      readonly to: 'ready';
      readonly file: ExportFile;
      readonly expiresAt: number;
      /** Whether its own attempt may have left something beside the file. @default false */
      readonly mayHaveLeftovers?: boolean;
    }
  | {
      readonly to: 'failed';
      readonly failure: Failure;
      /**
       * Queued in the same transaction, so that there is exactly one; also written as `retriedBy`. It does not enter
       * the user's active set, which it may therefore exceed.
       */
      readonly automaticRetry?: ExportRecord;
    }
  | { readonly to: 'cancelled' };

export type EndOutcome =
  | { readonly kind: 'ended' }
  /** The status or the guard did not allow it; the record says what is true instead. */
  | { readonly kind: 'refused'; readonly record: ExportRecord | undefined };

const transitionTo = {
  ready: 'complete',
  failed: 'fail',
  cancelled: 'cancel',
} as const satisfies Record<Ending['to'], Transition>;

/** Ends an export if its status and the guard allow it. The same claim may say so twice. */
export function endExport(
  state: ExportState | undefined,
  ending: Ending,
  guard: EndGuard,
  actor: Actor,
): Decision<EndOutcome> {
  if (state === undefined) return { outcome: { kind: 'refused', record: undefined } };
  const { record, attempt } = state;
  if (guard.kind === 'claim' && record.endedWithClaim === guard.claim && becameOf(record) === ending.to) {
    return { outcome: { kind: 'ended' } };
  }
  const refused: Decision<EndOutcome> = { outcome: { kind: 'refused', record } };
  const transition = transitionTo[ending.to];
  if (!mayTransition(transition, record.status) || !guardHolds(state, guard)) return refused;
  if (transition === 'complete' && guard.kind !== 'claim') return refused;

  const at = actor.at;
  const retry = ending.to === 'failed' ? ending.automaticRetry : undefined;
  const fields = {
    ...fieldsOf(ending, record, at),
    endedAt: at,
    updatedAt: at,
    ...(guard.kind === 'claim' ? { endedWithClaim: guard.claim } : {}),
  };
  const change: Change = {
    ...stepOf(record, fields, { type: ending.to, details: detailsOf(ending) }, actor),
    transition,
    ...(attempt ? { attempt: { ...attempt, endedAt: at } } : {}),
    attemptIs: attemptConditionOf(state, guard),
    ...(retry ? { queues: retry } : {}),
  };
  return { outcome: { kind: 'ended' }, change };
}

/** Makes the expiry of a ready export permanent. */
export function expireExport(state: ExportState | undefined, now: number): Decision<boolean> {
  const record = state?.record;
  if (!record || !mayTransition('expire', record.status)) return { outcome: false };
  if (record.expiresAt === undefined || record.expiresAt > now) return { outcome: false };
  const fields = { status: 'expired', updatedAt: now } as const;
  const step = stepOf(record, fields, { type: 'expired' }, { by: 'system', at: now });
  return { outcome: true, change: { ...step, transition: 'expire' } };
}

/**
 * Removes file, filters, columns, scope, note, recipients, mails and feedback from an ended export; who asked for which
 * report, and its timeline, remain. Whatever its attempts have left in storage is to be cleaned up once more.
 * @returns the record as it was before; undefined when it has not ended
 */
export function eraseExport(state: ExportState | undefined, actor: Actor): Decision<ExportRecord | undefined> {
  const record = state?.record;
  if (!record || !isTerminal(record.status)) return { outcome: undefined };
  if (record.erasedAt !== undefined) return { outcome: record };
  const { file: _file, note: _note, notifications: _mails, feedback = [], cleaned: _cleaned, ...kept } = record;
  const { scope: _scope, ...snapshot } = record.snapshot;
  const fields = {
    snapshot: { ...snapshot, filters: {}, columns: [] },
    notify: [],
    erasedAt: actor.at,
    updatedAt: actor.at,
  };
  const step = stepOf(kept, fields, { type: 'erased' }, actor);
  return { outcome: record, change: { ...step, removes: feedback.map(({ id }) => id) } };
}

/** How it ended first: expiry comes after ready. */
function becameOf(record: ExportRecord): ExportRecord['status'] {
  return record.status === 'expired' ? 'ready' : record.status;
}

function guardHolds({ record, attempt }: ExportState, guard: EndGuard): boolean {
  switch (guard.kind) {
    case 'claim':
      return isHeld(attempt, guard.claim);
    case 'no_live_lease':
      return !isLive(attempt, guard.now);
    case 'attempt':
      return record.attempt === guard.attempt;
    case 'not_admitted':
      return record.status === 'queued' && record.admittedAt === undefined;
  }
}

function attemptConditionOf({ attempt }: ExportState, guard: EndGuard): AttemptCondition {
  if (guard.kind === 'claim') return { kind: 'held', claim: guard.claim };
  if (attempt === undefined) return { kind: 'absent' };
  if (guard.kind === 'no_live_lease') return { kind: 'lapsed', number: attempt.number, now: guard.now };
  return { kind: 'number', number: attempt.number };
}

function fieldsOf(ending: Ending, record: ExportRecord, at: number): Partial<ExportRecord> {
  switch (ending.to) {
    case 'ready': {
      const { file, expiresAt, mayHaveLeftovers } = ending;
      const cleaned = record.attempt === 1 && !mayHaveLeftovers;
      return { status: 'ready', readyAt: at, file, expiresAt, ...(cleaned ? { cleaned } : {}) };
    }
    case 'failed': {
      const { failure, automaticRetry } = ending;
      return { status: 'failed', failure, ...(automaticRetry ? { retriedBy: automaticRetry.id } : {}) };
    }
    case 'cancelled':
      return { status: 'cancelled' };
  }
}

function detailsOf(ending: Ending): ExportEvent['details'] {
  switch (ending.to) {
    case 'ready': {
      const { rows, bytes, partFiles } = ending.file;
      return { rows, bytes, ...(partFiles === undefined ? {} : { partFiles }) };
    }
    case 'failed':
      return {
        code: ending.failure.code,
        ...(ending.automaticRetry ? { retriedBy: ending.automaticRetry.id } : {}),
      };
    case 'cancelled':
      return {};
  }
}
