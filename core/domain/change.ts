import type { Attempt, ExportEvent, ExportRecord } from './export-record.ts';
import type { Feedback, FeedbackId } from './feedback.ts';
import type { Transition } from './lifecycle.ts';

export interface Actor {
  /** A user id, `system`, `worker`, or `operator:<name>`. */
  readonly by: string;
  readonly at: number;
}

/** An export as it was read: its record and its newest attempt. */
export interface ExportState {
  readonly record: ExportRecord;
  readonly attempt: Attempt | undefined;
}

/** What must still be true of the attempt at the instant a change is written. */
export type AttemptCondition =
  | { readonly kind: 'absent' }
  /** Still this one, whoever holds it. */
  | { readonly kind: 'number'; readonly number: number }
  /** Held with this claim, which was not given back. */
  | { readonly kind: 'held'; readonly claim: string }
  /** Still this one, and its lease is over. */
  | { readonly kind: 'lapsed'; readonly number: number; readonly now: number };

/** One step of an export: what it becomes, and the line in its timeline. A store writes all of it or nothing. */
export interface Change {
  /** The transition of the lifecycle, when the status is part of the change. */
  readonly transition?: Transition;
  readonly record: ExportRecord;
  readonly attempt?: Attempt;
  readonly attemptIs?: AttemptCondition;
  readonly event: ExportEvent;
  /** A new export that is queued by the same write. */
  readonly queues?: ExportRecord;
  /** Feedback that is kept by the same write. */
  readonly adds?: Feedback;
  /** Feedback that goes with the same write, if it is still there. */
  readonly removes?: readonly FeedbackId[];
}

/** Is told of every change once it is written, exactly once; it must neither throw nor take long. */
export type ObserveChange = (
  /** Undefined when the change is the creation of the export. */
  before: ExportState | undefined,
  change: Change,
) => void;

/** What a rule makes of a request: the answer and, unless nothing is to be done, the change that makes it true. */
export interface Decision<Outcome> {
  readonly outcome: Outcome;
  readonly change?: Change;
}

/** Gives a record new fields and the version of its new event. */
export function stepOf(
  record: ExportRecord,
  fields: Partial<ExportRecord>,
  event: { readonly type: string; readonly details?: ExportEvent['details'] },
  actor: Actor,
): Pick<Change, 'record' | 'event'> {
  const version = record.version + 1;
  return {
    record: { ...record, ...fields, version },
    event: { version, type: event.type, at: actor.at, by: actor.by, details: event.details ?? {} },
  };
}
