import type * as z from 'zod';
import type { ValidationIssue } from './problem.ts';

/**
 * A JSON Pointer to a place in the request.
 * @see https://www.rfc-editor.org/rfc/rfc6901
 */
export function pointerTo(...path: PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/**
 * The mistakes zod found, each with a pointer of its own; zod names unknown members together.
 * @param prefix where in the request the validated value stands
 */
export function validationIssues(error: z.ZodError, ...prefix: string[]): ValidationIssue[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointerTo(...prefix, ...issue.path, key), message: 'is not known here' }))
      : [{ pointer: pointerTo(...prefix, ...issue.path), message: issue.message }],
  );
}
