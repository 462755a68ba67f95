import type { FailureCode } from './failure.ts';
import type { ProblemCode, ProblemExtensions, ValidationIssue } from './problem.ts';

/** The root of every error Waybill throws on purpose: a literal `code`, and whether trying again may help. */
export abstract class WaybillError extends Error {
  abstract readonly code: string;
  abstract readonly retryable: boolean;
}

/** An answer for the caller of the API other than success; the error middleware renders it as problem+json. */
export class ProblemError extends WaybillError {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly retryable = false;
  readonly issues: readonly ValidationIssue[];
  readonly extensions: ProblemExtensions;

  /** @param detail one sentence for a person: what is wrong and what to do */
  constructor(
    code: ProblemCode,
    detail: string,
    options: { issues?: readonly ValidationIssue[]; extensions?: ProblemExtensions; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.issues = options.issues ?? [];
    this.extensions = options.extensions ?? {};
  }
}

/**
 * The reason an attempt at an export did not succeed. `code` is what the user is told; the cause is for logs only.
 * A retryable one makes the state machine try again, any other ends the export.
 */
export class ExportFailedError extends WaybillError {
  override readonly name: string = 'ExportFailedError';
  readonly code: FailureCode;
  readonly retryable: boolean;
  /** Safe words for the user that are more exact than the code's standard text, e.g. the limit and the actual size. */
  readonly userMessage: string | undefined;

  constructor(code: FailureCode, options: { retryable: boolean; userMessage?: string; cause?: unknown }) {
    super(options.userMessage ?? code, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable;
    this.userMessage = options.userMessage;
  }
}

/** The store is overloaded or out of reach, also after every retry; the same call may be made again and is then right. */
export class StoreUnavailableError extends WaybillError {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'unavailable';
  readonly retryable = true;

  /** @param operation what was tried, e.g. `end` */
  constructor(operation: string, options: { cause?: unknown } = {}) {
    super(`The store did not complete ${operation}`, options);
  }
}
