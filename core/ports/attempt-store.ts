import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { Attempt, ExportRecord, Progress } from '../domain/export-record.ts';
import type { FailureCode } from '../domain/failure.ts';
import type { Status } from '../domain/lifecycle.ts';

export type ClaimOutcome =
  | { readonly kind: 'claimed'; readonly record: ExportRecord; readonly attempt: Attempt }
  /** Somebody else holds a live lease; wait until it lapses and try again. */
  | { readonly kind: 'busy'; readonly leaseUntil: number }
  | { readonly kind: 'not_admitted' }
  | { readonly kind: 'ended'; readonly status: Status }
  /** All attempts are spent. */
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'not_found' };

export type HeartbeatOutcome =
  | { readonly kind: 'alive'; readonly cancelRequested: boolean }
  /** The claim is no longer current, or the export has ended: stop, and publish nothing. */
  | { readonly kind: 'lost' };

/** Why a worker gives up its attempt: a failure that another attempt may not meet, or a stop that does not count. */
export type ReleaseReason = { readonly kind: 'failure'; readonly code: FailureCode } | { readonly kind: 'stopped' };

/** Ownership of an attempt. A claim is minted by the worker process itself, so a repeated task cannot share one. */
export interface AttemptStore {
  /**
   * Takes the next attempt: status queued and admitted -> running(1), or running(n) with a lapsed lease -> running(n+1).
   * Of any number of callers exactly one wins; a refused claim consumes nothing.
   */
  claim(ref: ExportRef, claim: string, now: number): Promise<ClaimOutcome>;

  /** Writes progress and renews the lease, in one write unit; tells whether a cancellation was asked for. */
  heartbeat(exportId: ExportId, claim: string, progress: Progress, now: number): Promise<HeartbeatOutcome>;

  /** Gives the claim back so that the next attempt need not wait for the lease. */
  release(ref: ExportRef, claim: string, reason: ReleaseReason, now: number): Promise<void>;
}
