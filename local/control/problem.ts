import { STATUS_CODES } from 'node:http';

/** One thing wrong with a body; `pointer` is a JSON pointer into it. */
export interface Violation {
  readonly pointer: string;
  readonly message: string;
}

/** An error answer of the local-only surface. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly violations: readonly Violation[];

  constructor(status: number, detail: string, violations: readonly Violation[] = []) {
    super(detail);
    this.status = status;
    this.violations = violations;
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc9457 */
export function problemBody({ status, message, violations }: Problem): object {
  const errors = violations.length > 0 && { errors: violations };
  return { type: 'about:blank', title: STATUS_CODES[status], status, detail: message, ...errors };
}
