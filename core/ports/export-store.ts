import type { Actor } from '../domain/change.ts';
import type { Due } from '../domain/due.ts';
import type { EndGuard, Ending, EndOutcome } from '../domain/endings.ts';
import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { Attempt, ExportEvent, ExportRecord, Recipient, Route } from '../domain/export-record.ts';
import type { Feedback, FeedbackOutcome } from '../domain/feedback.ts';
import type { Status } from '../domain/lifecycle.ts';
import type { ListFilter } from '../domain/list-filter.ts';
import type { MailEvent } from '../domain/mail-event.ts';
import type { Announcement, BeginOutcome, Unreachable } from '../domain/notifications.ts';
import type { ProblemCode } from '../domain/problem.ts';

export type { Actor } from '../domain/change.ts';
export type { Due } from '../domain/due.ts';
export type { EndGuard, Ending, EndOutcome } from '../domain/endings.ts';

/** A request that may be sent twice: the same key and body get the same export for 24 hours. */
export interface Idempotency {
  readonly key: string;
  /** SHA-256 of the canonical body, hex. */
  readonly bodyHash: string;
}

/** What a key that was used before answers. */
export type Replay =
  /** With the same body. */
  | { readonly kind: 'replayed'; readonly exportId: ExportId }
  /** With another body. */
  | { readonly kind: 'conflict' };

export type CreateOutcome =
  | { readonly kind: 'created' }
  | Replay
  | { readonly kind: 'too_many_active'; readonly limit: number }
  /** `retryOf` names an export that has not failed, or whose request has been erased. */
  | { readonly kind: 'retry_refused'; readonly original: ExportRecord | undefined };

export interface ListQuery extends ListFilter {
  readonly accountId: string;
  /** Only this person's exports. */
  readonly requestedBy?: string;
  /** Only exports older than this one. */
  readonly before?: ExportId;
  /** Newest first, at most this many. */
  readonly limit: number;
  /** How far to count all that match. @default limit */
  readonly countUpTo?: number;
}

export interface ExportList {
  readonly items: readonly ExportSummary[];
  /** Whether there are more than `limit`. */
  readonly more: boolean;
  /** How many match, up to `countUpTo`. */
  readonly total: number;
  /** Whether more than `countUpTo` match. */
  readonly totalIsLowerBound: boolean;
}

/** Which of several exports are read with their newest attempt. */
export type AttemptsOf = 'all' | 'running';

/** What the index holds of an export: enough to sort, filter and count without reading the rest. */
export interface ExportSummary {
  readonly id: ExportId;
  /** As stored: a ready export past its `expiresAt` may still say ready here. */
  readonly status: Status;
  readonly reportTitle: string;
}

/**
 * The job records. Every change is one conditional write or transaction and adds its event to the timeline. Each call
 * may be repeated, and answers rightly even when a reply was lost on the way.
 * @throws StoreUnavailableError from any method, when retries did not help
 */
export interface ExportStore {
  /**
   * Writes a queued export together with the idempotency item, the user's active set and the first event. One with
   * `retryOf` also writes its id as `retriedBy` on that export.
   * @param activeLimit the most exports the requester may have queued or running
   */
  create(record: ExportRecord, options: { activeLimit: number; idempotency?: Idempotency }): Promise<CreateOutcome>;

  /**
   * What a request would be answered because its key was used before; undefined when it was not. Consistent, but a request
   * under way may use the key just after: creating looks again.
   */
  replay(
    requester: { readonly accountId: string; readonly userId: string },
    idempotency: Idempotency,
    now: number,
  ): Promise<Replay | undefined>;

  /** Consistent. */
  get(ref: ExportRef): Promise<ExportRecord | undefined>;

  /**
   * The record with its newest attempt, as they were at one instant.
   * @param options.mayLag both may be a moment old, and only a running export has its attempt, for half the price or less;
   * an export that was just created is found all the same. @default false: consistent
   */
  getWithAttempt(
    ref: ExportRef,
    options?: { readonly mayLag?: boolean },
  ): Promise<{ record: ExportRecord; attempt: Attempt | undefined } | undefined>;

  /** Newest first, from an index: it may lag behind by a moment, and `total` in long lists by half a minute. */
  list(query: ListQuery, now: number): Promise<ExportList>;

  /**
   * The exports in the order asked for; missing ones are left out.
   * @param attemptsOf which of them with their newest attempt. @default all
   */
  getMany(
    accountId: string,
    exportIds: readonly ExportId[],
    attemptsOf?: AttemptsOf,
  ): Promise<readonly { record: ExportRecord; attempt: Attempt | undefined }[]>;

  events(exportId: ExportId): Promise<readonly ExportEvent[]>;

  /** Notes where the file will be produced and how many rows are expected. */
  recordRoute(ref: ExportRef, route: Route, rowsTotal: { rows: number; exact: boolean }, now: number): Promise<void>;

  /** Ends an export: status, running sets, active set, waiting item and event in one transaction. */
  end(ref: ExportRef, ending: Ending, guard: EndGuard, actor: Actor): Promise<EndOutcome>;

  /** Asks the worker to stop; it sees this with its next heartbeat. False when the export is not running. */
  requestCancel(ref: ExportRef, actor: Actor): Promise<boolean>;

  /** Makes an expiry permanent. False when it is not ready, or not yet due. */
  expire(ref: ExportRef, now: number): Promise<boolean>;

  /**
   * Erases what the request and the file tell (filters, columns, note, file) of an export that has ended; its line in
   * the audit trail stays. Undefined when it has not ended, otherwise the record as it was before.
   */
  erase(ref: ExportRef, actor: Actor): Promise<ExportRecord | undefined>;

  /** Takes a person's name and addresses out of an export. False when it held none. */
  forgetPerson(ref: ExportRef, userId: string, actor: Actor): Promise<boolean>;

  /** Every export of an account, oldest first, from the table itself: consistent, and as slow as there are many. */
  everyOf(accountId: string): AsyncIterable<ExportRecord>;

  /** Removes what counts a person's queued and running exports, if there are none. */
  removeEmptyActiveSet(person: { readonly accountId: string; readonly userId: string }): Promise<void>;

  /** Notes that a waiting export could start at `seenAt`, and for how long in all it could have. */
  noteStartable(ref: ExportRef, seenAt: number, blockedMs: number): Promise<void>;

  /** Marks a waiting export as taking longer than usual, once. */
  markTakingLonger(ref: ExportRef, now: number): Promise<void>;

  /** Moves a queued export on to its next execution. False when it is not queued, or another call was faster. */
  advanceExecution(ref: ExportRef, from: number, now: number): Promise<boolean>;

  /** Counts and audits one download. */
  recordDownload(ref: ExportRef, actor: Actor & { details?: ExportEvent['details'] }): Promise<void>;

  /**
   * Takes on the mail to one person: for a minute, and longer with each try, nobody else does.
   * @param id for the notification, if it is a new one
   */
  beginSending(ref: ExportRef, person: Recipient, id: string, now: number): Promise<BeginOutcome>;

  /**
   * Notes that a person is not written to; nothing is kept of somebody who is gone, unless their mail was asked for.
   * @param id for the notification, if it is a new one
   */
  passOver(
    ref: ExportRef,
    person: { readonly userId: string; readonly email?: string },
    why: Unreachable,
    id: string,
    now: number,
  ): Promise<void>;

  /** Notes that the mail service has taken a mail that was begun. */
  noteSent(ref: ExportRef, notificationId: string, messageId: string, now: number): Promise<void>;

  /** Notes that the mail service will never take a mail that was begun. */
  noteRefused(ref: ExportRef, notificationId: string, now: number): Promise<void>;

  /** Notes what became of a mail. Events may come late, twice and in any order. */
  noteMailEvent(ref: ExportRef, notificationId: string, event: MailEvent, now: number): Promise<void>;

  /**
   * Asks for mails to these people although they were told, and makes them recipients; what was asked for a minute ago or
   * less is not asked for again.
   * @param newId makes the ids of the new notifications
   */
  askForMails(ref: ExportRef, people: readonly Recipient[], newId: () => string, actor: Actor): Promise<void>;

  /** Notes that everybody has been gone through: whoever has no mail by now gets none. Not while one is being sent. */
  closeAnnouncement(ref: ExportRef, now: number): Promise<Announcement>;

  /** Audits a refused download; the same person and reason once a minute. */
  recordRefusal(ref: ExportRef, refusal: { code: ProblemCode; via: string }, actor: Actor): Promise<void>;

  /** Keeps feedback, with its line in the timeline, as often as it may be given. */
  addFeedback(ref: ExportRef, feedback: Pick<Feedback, 'id' | 'kind' | 'text' | 'by' | 'at'>): Promise<FeedbackOutcome>;

  /**
   * Exports with something due at or before `before`, most overdue first, as an index lists them, which may be a moment
   * behind: `isDue` tells of each record whether it still is.
   */
  due(kind: Due, before: number, limit: number): Promise<readonly ExportRef[]>;

  /**
   * Notes that nothing but the published file is left of an ended export's attempts; what comes next is its expiry.
   * @param version of the record that the cleaning relied on; if it has changed since, the export stays due
   */
  markCleaned(ref: ExportRef, version: number): Promise<void>;
}
