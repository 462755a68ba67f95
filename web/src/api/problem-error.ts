import type { ProblemView } from '../../../core/contract/problem-schema.ts';
import { strings } from '../strings/strings.ts';

/** What the API answered instead of what was asked for: a problem of RFC 9457, or nothing that could be read. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly status: number;
  /** Absent when the answer was not from Waybill itself, e.g. from the gateway before it. */
  readonly problem: ProblemView | undefined;

  constructor(status: number, problem: ProblemView | undefined) {
    super(problem?.detail ?? wordsOf(status));
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

/** For answers without words of their own. The gateway says 429 when more asks at once, of everybody, than it lets through. */
function wordsOf(status: number): string {
  return status === 429 ? strings.common.tooBusy : strings.common.answered(status);
}
