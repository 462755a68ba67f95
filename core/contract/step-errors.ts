import type { FailureCode } from '../domain/failure.ts';

/** The error an export's wait is ended with when the export has ended in the meantime; never retried. */
export const DISMISSED_ERROR = 'Dismissed';

/** The names under which the steps throw non-retryable failures; the state machine lists them first. */
export const nonRetryableErrors: readonly FailureCode[] = [
  'too_large',
  'query_timeout',
  'invalid_data',
  'permission_revoked',
];

/** Retries of a step that is one Lambda invocation: with the first try, as many as an export has attempts. */
export const STEP_MAX_RETRIES = 2;

/**
 * Retries of the step that runs a Fargate task. A task that Spot stops uses up a retry but no attempt, so there are more
 * retries than attempts; that no more than three attempts count is kept by the store, which answers `exhausted`.
 *
 * With a first wait of 30 s: 30 + 60 + 120 + 240 + 480 s = 15.5 minutes in all at most, half of that on average, as
 * each wait is drawn from 0 to its longest (full jitter).
 */
export const RUN_LARGE_MAX_RETRIES = 5;

export const STEP_BACKOFF_RATE = 2;

/** The longest wait, which only a longer first wait comes to: with 300 s, 300 + 4 x 600 s = 45 minutes in all at most. */
export const STEP_MAX_DELAY_SECONDS = 600;
