/** Why an export failed, in words for the user: what happened, and what to do. Causes are only in the logs. */
export const failureMessages = {
  too_large: 'The file would exceed its size limit. Try a narrower date range, or one report per month.',
  query_timeout: 'The query took too long. Try a narrower date range, or fewer rows.',
  source_unavailable: 'The data source did not answer. Nothing was lost; retry in a few minutes.',
  storage_unavailable: 'Storage is not available for the moment. Nothing was lost; retry in a few minutes.',
  worker_lost: 'The worker that produced the file stopped unexpectedly. Retry the export.',
  stuck_in_queue: 'The export waited too long for a worker. It has been started once more by itself.',
  invalid_data: 'The data cannot be written in this format. Choose another format or other columns.',
  permission_revoked: 'The person who requested this export may no longer read the report.',
  internal: 'Something went wrong on our side and has been recorded. Retry the export.',
} as const;

export type FailureCode = keyof typeof failureMessages;

export const failureCodes = Object.keys(failureMessages) as readonly FailureCode[];

/** The reason shown on a failed export. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
  /** Whether the user can expect a retry of the same request to succeed. */
  readonly retryable: boolean;
}

/** Codes for which the same request would fail again in the same way. */
const hopelessToRetry: readonly FailureCode[] = ['too_large', 'invalid_data', 'permission_revoked'];

/** @param message safe words that replace the standard ones of the code */
export function failureOf(code: FailureCode, message: string = failureMessages[code]): Failure {
  return { code, message, retryable: !hopelessToRetry.includes(code) };
}

/** Whether asking for less would help; the report center then offers the form with the filters to change. */
export function narrowerFiltersHelp(code: FailureCode): boolean {
  return code === 'too_large' || code === 'query_timeout';
}
