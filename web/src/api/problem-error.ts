import type { ProblemView } from '../../../core/contract/problem-schema.ts';

/** What the API answered instead of what was asked for: a problem of RFC 9457, or nothing that could be read. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** Absent when the answer was not from Waybill itself, e.g. from the gateway before it. */
  readonly problem: ProblemView | undefined;

  constructor(status: number, problem: ProblemView | undefined) {
    super(problem?.detail ?? `The server answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** The request never reached the API, or its answer never came back. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** The problem's code, e.g. `permission_required`; undefined for every other error. */
export function problemCode(error: unknown): string | undefined {
  return error instanceof ProblemError ? error.problem?.code : undefined;
}
