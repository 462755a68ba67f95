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

/** Retries of a step of Running: two after the first try. */
export const STEP_MAX_RETRIES = 2;
export const STEP_BACKOFF_RATE = 2;
