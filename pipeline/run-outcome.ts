import type { ExportFile } from '../core/domain/export-record.ts';
import type { Failure, FailureCode } from '../core/domain/failure.ts';

/** How a run ended. All but `retry` mean that there is nothing left to do for this export. */
export type RunOutcome =
  | { readonly kind: 'ready'; readonly file: ExportFile }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled' }
  /** Nothing was done: it had ended, has no attempts left, was never admitted, or does not exist. */
  | { readonly kind: 'left'; readonly reason: 'ended' | 'exhausted' | 'not_admitted' | 'not_found' }
  /** Another attempt should run. `code` is why this one did not succeed. */
  | { readonly kind: 'retry'; readonly code: FailureCode; readonly cause: unknown };
