import type { ClaimOutcome, ReleaseReason } from '../domain/attempts.ts';
import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { Progress } from '../domain/export-record.ts';

export type { ClaimOutcome, ReleaseReason } from '../domain/attempts.ts';

export type HeartbeatOutcome =
  | { readonly kind: 'alive'; readonly cancelRequested: boolean }
  /** The claim is no longer current, or the export has ended: stop, and publish nothing. */
  | { readonly kind: 'lost' };

/** Ownership of an attempt. A claim is minted by the worker process itself, so a repeated task cannot share one. */
export interface AttemptStore {
  /**
   * Takes the next attempt: status queued and admitted -> running(1), or running(n) with a lapsed lease -> running(n+1).
   * Of any number of callers exactly one wins; a refused claim consumes nothing. Claiming again with the claim that
   * holds the attempt is `claimed`.
   */
  claim(ref: ExportRef, claim: string, now: number): Promise<ClaimOutcome>;

  /** Writes progress and renews the lease, in one write unit; tells whether a cancellation was asked for. */
  heartbeat(exportId: ExportId, claim: string, progress: Progress, now: number): Promise<HeartbeatOutcome>;

  /** Gives the claim back so that the next attempt need not wait for the lease. */
  release(ref: ExportRef, claim: string, reason: ReleaseReason, now: number): Promise<void>;
}
