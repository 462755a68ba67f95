/** A function error as the Lambda service reports it: serializable, so that it can cross a thread. */
export interface FunctionErrorPayload {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/**
 * An invocation that ended with an error: thrown by the handler, or by the sandbox around it (`Sandbox.Timedout`,
 * `Runtime.ExitError`, `Runtime.OutOfMemory` ...).
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export class FunctionError extends Error implements FunctionErrorPayload {
  override readonly name = 'FunctionError';
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];

  constructor(payload: FunctionErrorPayload) {
    super(`${payload.errorType}: ${payload.errorMessage}`);
    this.errorType = payload.errorType;
    this.errorMessage = payload.errorMessage;
    this.trace = payload.trace;
  }
}

/** The Lambda API refused the call itself; no handler ran. */
export class InvokeRefusedError extends Error {
  override readonly name: 'ResourceNotFoundException' | 'RequestTooLargeException' | 'TooManyRequestsException';

  constructor(name: InvokeRefusedError['name'], message: string) {
    super(message);
    this.name = name;
  }
}

/** An error of the sandbox, worded as the Lambda service words it. */
export function sandboxError(errorType: string, requestId: string, reason: string): FunctionError {
  return new FunctionError({ errorType, errorMessage: `RequestId: ${requestId} Error: ${reason}`, trace: [] });
}
