import type * as z from 'zod';
import { ProblemError } from '../../core/domain/errors.ts';
import { validationIssues } from '../../core/domain/validation.ts';

/**
 * The query parameters by their schema.
 * @throws ProblemError validation_failed
 */
export function parseQuery<Schema extends z.ZodType>(
  schema: Schema,
  parameters: Readonly<Record<string, string | undefined>> | undefined,
): z.output<Schema> {
  const result = schema.safeParse(parameters ?? {});
  if (result.success) return result.data;
  throw new ProblemError('validation_failed', 'Correct the query parameters named in errors.', {
    issues: validationIssues(result.error),
  });
}
