import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { Attempt, ExportEvent, ExportFile, ExportRecord, Route } from '../domain/export-record.ts';
import type { Failure } from '../domain/failure.ts';
import type { Status } from '../domain/lifecycle.ts';

/** A request that may be sent twice: the same key and body get the same export for 24 hours. */
export interface Idempotency {
  readonly key: string;
  /** SHA-256 of the canonical body, hex. */
  readonly bodyHash: string;
}

export type CreateOutcome =
  | { readonly kind: 'created' }
  /** The key was used before with the same body. */
  | { readonly kind: 'replayed'; readonly exportId: ExportId }
  /** The key was used before with another body. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'too_many_active'; readonly limit: number }
  /** Only for an automatic retry: the stuck export has one already. */
  | { readonly kind: 'already_retried'; readonly exportId: ExportId };

/** What must hold, besides the status, for an ending to be allowed. */
export type EndGuard =
  /** The worker ends it itself: its claim must be the current one. */
  | { readonly kind: 'claim'; readonly claim: string }
  /** No worker is believed to be alive: no attempt yet, or its lease lapsed before `now`. */
  | { readonly kind: 'no_live_lease'; readonly now: number }
  /** Still the attempt the caller knows to be over (its task has stopped). */
  | { readonly kind: 'attempt'; readonly attempt: number }
  /** Still waiting for its turn. */
  | { readonly kind: 'not_admitted' };

export type Ending =
  | { readonly to: 'ready'; readonly file: ExportFile; readonly expiresAt: number }
  | { readonly to: 'failed'; readonly failure: Failure }
  | { readonly to: 'cancelled' };

export type EndOutcome =
  | { readonly kind: 'ended' }
  /** The status or the guard did not allow it; the record says what is true instead. */
  | { readonly kind: 'refused'; readonly record: ExportRecord | undefined };

export interface ListQuery {
  readonly accountId: string;
  /** Only this person's exports. */
  readonly requestedBy?: string;
  readonly status?: Status;
  readonly reportId?: string;
  /** The value of the report's scope filter. */
  readonly scope?: string;
  /** Only exports older than this one. */
  readonly before?: ExportId;
  /** Newest first, at most this many. */
  readonly limit: number;
}

/** What the index holds of an export: enough to sort, filter and count without reading the rest. */
export interface ExportSummary {
  readonly id: ExportId;
  /** As stored: a ready export past its `expiresAt` may still say ready here. */
  readonly status: Status;
  readonly reportTitle: string;
}

export interface Actor {
  /** A user id, `system` or `worker`. */
  readonly by: string;
  readonly at: number;
}

/** The job records. Every change is one conditional write or transaction and adds its event to the timeline. */
export interface ExportStore {
  /**
   * Writes a queued export together with the idempotency item, the user's active set and the first event. One with
   * `retryOf` also writes its id as `retriedBy` on that export, an automatic one only if nothing stands there yet.
   * @param activeLimit the most exports the requester may have queued or running
   */
  create(record: ExportRecord, options: { activeLimit: number; idempotency?: Idempotency }): Promise<CreateOutcome>;

  /** Consistent. */
  get(ref: ExportRef): Promise<ExportRecord | undefined>;

  /** The record with its newest attempt, both consistent. */
  getWithAttempt(ref: ExportRef): Promise<{ record: ExportRecord; attempt: Attempt | undefined } | undefined>;

  /** Newest first, from an index: it may lag behind by a moment. `more` when older ones match too. */
  list(query: ListQuery, now: number): Promise<{ items: readonly ExportSummary[]; more: boolean }>;

  /** The exports in the order asked for, each with its newest attempt; missing ones are left out. */
  getMany(
    accountId: string,
    exportIds: readonly ExportId[],
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

  /** Adds to the time in which a waiting export could have started and did not. */
  addBlocked(ref: ExportRef, blockedMs: number): Promise<void>;

  /** Marks a waiting export as taking longer than usual, once. */
  markTakingLonger(ref: ExportRef, now: number): Promise<void>;

  /** Moves a queued export on to its next execution. False when it is not queued, or another call was faster. */
  advanceExecution(ref: ExportRef, from: number, now: number): Promise<boolean>;

  /** Counts and audits one download. */
  recordDownload(ref: ExportRef, actor: Actor & { details?: ExportEvent['details'] }): Promise<void>;

  /** Adds a line to the timeline without changing the export. */
  audit(ref: ExportRef, event: { type: string; details?: ExportEvent['details'] }, actor: Actor): Promise<void>;

  /** Exports queued before `before` whose execution has not stored a task token, oldest first. */
  queuedWithoutToken(before: number, limit: number): Promise<readonly ExportRef[]>;

  /** Ready exports whose `expiresAt` is at or before `now`, oldest first. */
  dueForExpiry(now: number, limit: number): Promise<readonly ExportRef[]>;
}
