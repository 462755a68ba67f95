/**
 * Everything the API may answer besides success, with its HTTP status and title.
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export const problems = {
  validation_failed: { status: 422, title: 'The request is not valid' },
  malformed_body: { status: 400, title: 'The body is not JSON' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be JSON' },
  too_many_active_exports: { status: 429, title: 'Too many exports are queued or running' },
  idempotency_conflict: { status: 422, title: 'The idempotency key was used for another request' },
  idempotency_in_flight: { status: 409, title: 'A request with this idempotency key is still in progress' },
  permission_required: { status: 403, title: 'You do not have permission' },
  already_permitted: { status: 409, title: 'You have this permission already' },
  permission_revoked: { status: 403, title: 'You no longer have permission' },
  not_found: { status: 404, title: 'Not found' },
  last_owner: { status: 409, title: 'An account needs an owner' },
  members_managed_elsewhere: { status: 409, title: 'Members are managed elsewhere' },
  too_many_webhook_endpoints: { status: 409, title: 'Too many webhook endpoints' },
  webhook_endpoint_disabled: { status: 409, title: 'The webhook endpoint is switched off' },
  not_ready: { status: 409, title: 'The file is not ready' },
  part_required: { status: 409, title: 'The export is several files' },
  too_much_feedback: { status: 409, title: 'There is enough feedback about this export' },
  already_terminal: { status: 409, title: 'The export has already ended' },
  link_invalid: { status: 400, title: 'The link is not valid' },
  link_expired: { status: 410, title: 'The link has expired' },
  file_expired: { status: 410, title: 'The file has been removed' },
  exports_disabled: { status: 503, title: 'New exports are paused' },
  downloads_disabled: { status: 503, title: 'Downloads are paused' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
  internal: { status: 500, title: 'Something went wrong on our side' },
} as const;

export type ProblemCode = keyof typeof problems;

/** One mistake in a request; `pointer` is a JSON Pointer into the body (RFC 6901) or names a query parameter. */
export interface ValidationIssue {
  readonly pointer: string;
  readonly message: string;
}

/** Members a problem may carry beside the standard ones. */
export interface ProblemExtensions {
  /** Seconds; rendered as the Retry-After header as well. */
  readonly retryAfterSeconds?: number;
  readonly exportId?: string;
  /** Of a report the caller may not have, and may ask for. */
  readonly reportId?: string;
  readonly reportTitle?: string;
  readonly expiredAt?: string;
  readonly fileAvailable?: boolean;
  /** How many files an export is. */
  readonly partFiles?: number;
}
