/** What a service quota allows as input or result of a state, in bytes of UTF-8 JSON. */
export const MAX_PAYLOAD_BYTES = 262_144;

/** An error by name, as a state of the Amazon States Language fails with: retriers and catchers match on it. */
export class StateError extends Error {
  override readonly name = 'StateError';
  /** The error name, e.g. `States.Timeout` or the name a function threw; empty for a Fail state without one. */
  readonly error: string;
  /** The human part. A task's timeout has none. */
  readonly details: string | undefined;
  /** A `States.Timeout` that a missing heartbeat caused: `States.HeartbeatTimeout` matches it too. */
  readonly missedHeartbeat: boolean;

  constructor(error: string, details?: string, missedHeartbeat = false) {
    super(details === undefined ? error : `${error}: ${details}`);
    this.error = error;
    this.details = details;
    this.missedHeartbeat = missedHeartbeat;
  }
}

/**
 * Whether a retrier's or catcher's `ErrorEquals` names this error. `States.Runtime` always ends the execution, and
 * `States.DataLimitExceeded` is matched by its own name only.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export function errorMatches(errorEquals: readonly string[], failure: StateError): boolean {
  if (failure.error === 'States.Runtime') return false;
  if (errorEquals.includes(failure.error)) return true;
  if (failure.error === 'States.DataLimitExceeded') return false;
  if (failure.missedHeartbeat && errorEquals.includes('States.HeartbeatTimeout')) return true;
  if (errorEquals.includes('States.ALL')) return true;
  return errorEquals.includes('States.TaskFailed') && failure.error !== 'States.Timeout';
}
