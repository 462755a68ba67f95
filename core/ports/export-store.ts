import type { Actor } from '../domain/change.ts';
import type { EndGuard, Ending, EndOutcome, EraseOutcome } from '../domain/endings.ts';
import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { Attempt, ExportEvent, ExportRecord, Route } from '../domain/export-record.ts';

export type { Actor } from '../domain/change.ts';
export type { EndGuard, Ending, EndOutcome, EraseOutcome } from '../domain/endings.ts';

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
  /** `retryOf` names an export that has not failed or, for an automatic retry, that has been retried before. */
  | { readonly kind: 'retry_refused'; readonly original: ExportRecord | undefined };

export interface ListQuery {
  readonly accountId: string;
  /** Only this person's exports. */
  readonly requestedBy?: string;
  /** Newest first, at most this many. */
  readonly limit: number;
  readonly before?: ExportId;
}

/** The columns the list needs. */
export type ExportSummary = ExportRecord;

/**
 * The job records. Every change is one conditional write or transaction and adds its event to the timeline. Each call
 * may be repeated, and answers rightly even when a reply was lost on the way.
 * @throws StoreUnavailableError from any method, when retries did not help
 */
export interface ExportStore {
  /**
   * Writes a queued export together with the idempotency item, the user's active set and the first event. With
   * `retryOf`, the export it names gets its `retriedBy` in the same transaction.
   * @param activeLimit the most exports the requester may have queued or running
   */
  create(record: ExportRecord, options: { activeLimit: number; idempotency?: Idempotency }): Promise<CreateOutcome>;

  /** Consistent. */
  get(ref: ExportRef): Promise<ExportRecord | undefined>;

  /** The record with its newest attempt, both consistent. */
  getWithAttempt(ref: ExportRef): Promise<{ record: ExportRecord; attempt: Attempt | undefined } | undefined>;

  /** Newest first. */
  list(query: ListQuery): Promise<{ items: readonly ExportSummary[]; more: boolean }>;

  events(exportId: ExportId): Promise<readonly ExportEvent[]>;

  /** Notes where the file will be produced and how many rows are expected. */
  recordRoute(ref: ExportRef, route: Route, rowsTotal: { rows: number; exact: boolean }, now: number): Promise<void>;

  /** Ends an export: status, running sets, active set, waiting item and event in one transaction. */
  end(ref: ExportRef, ending: Ending, guard: EndGuard, actor: Actor): Promise<EndOutcome>;

  /** Removes what was asked and what was made from an ended export's record; remove its objects first. */
  erase(ref: ExportRef, actor: Actor): Promise<EraseOutcome>;

  /** Asks the worker to stop; it sees this with its next heartbeat. False when the export is not running. */
  requestCancel(ref: ExportRef, actor: Actor): Promise<boolean>;

  /** Makes an expiry permanent. False when it is not ready, or not yet due. */
  expire(ref: ExportRef, now: number): Promise<boolean>;

  /**
   * Counts time in which a queued export could have been admitted and was not: the last `ms` before `now`, less what
   * was counted before, so that overlapping sweeps count a moment once.
   * @returns `blockedMs` as it is now; undefined when the export is not waiting for its turn
   */
  addBlocked(ref: ExportRef, ms: number, now: number): Promise<number | undefined>;

  /** Notes, once, that a queued or running export takes longer than usual. True for the call that did. */
  markTakingLonger(ref: ExportRef, now: number): Promise<boolean>;

  /** Counts and audits one download. */
  recordDownload(ref: ExportRef, actor: Actor & { details?: ExportEvent['details'] }): Promise<void>;

  /** Adds a line to the timeline without changing the export. */
  audit(ref: ExportRef, event: { type: string; details?: ExportEvent['details'] }, actor: Actor): Promise<void>;

  /** Exports queued before `before` whose execution has not stored a task token, oldest first. */
  queuedWithoutToken(before: number, limit: number): Promise<readonly ExportRef[]>;

  /** Ready exports whose `expiresAt` is at or before `now`, oldest first. */
  dueForExpiry(now: number, limit: number): Promise<readonly ExportRef[]>;
}
