import type { FailureCode } from '../domain/failure.ts';

/** The error an export's wait is ended with when the export has ended in the meantime; never retried. */
export const DISMISSED_ERROR = 'Dismissed';

/** Failures after which another attempt may succeed; all others end the export at once. */
export const retryableFailures: readonly FailureCode[] = [
  'source_unavailable',
  'storage_unavailable',
  'worker_lost',
  'internal',
];

/** The names under which the steps throw non-retryable failures; the state machine lists them first. */
export const nonRetryableErrors: readonly FailureCode[] = [
  'too_large',
  'query_timeout',
  'invalid_data',
  'permission_revoked',
];

/** Retries of a step of Running: two after the first try. */
export const STEP_MAX_RETRIES = 2;
export const STEP_BACKOFF_RATE = 2;
/**
 * Waits before a retry are drawn from 0 to this many seconds (full jitter), doubled for the second: at most
 * 30 + 60 = 90 s in all, 45 s on average.
 */
export const STEP_RETRY_INTERVAL_SECONDS = 30;
