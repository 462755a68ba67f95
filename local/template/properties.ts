import * as z from 'zod';
import type { ResolvedResource } from './resolve.ts';
import { TemplateError } from './template-error.ts';

/** CloudFormation writes numbers as numbers or as text. */
export const integer = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
/** CloudFormation writes booleans as booleans or as text. */
export const boolean = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
export const text = z.string();

/** A property that changes nothing here, for a reason; its value is dropped. */
export function irrelevant(reason: string) {
  return z
    .unknown()
    .transform(() => undefined)
    .optional()
    .describe(reason);
}

/** Properties that any resource may have and that change nothing here. */
export const commonProperties = { Tags: irrelevant('tags only sort the bill') };

/**
 * Parses the properties of a resource that is started. Schemas are strict: a property they do not name could change
 * how the resource behaves, so it stops start-up instead of being dropped.
 * @throws TemplateError with every property that is unknown or has an unexpected value
 */
export function readProperties<Schema extends z.ZodType>(resource: ResolvedResource, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(resource.properties);
  const issues = result.success ? unresolvedSecrets(result.data, []) : result.error.issues.flatMap(readable);
  if (result.success && issues.length === 0) return result.data;
  throw new TemplateError(
    issues.map(({ path, message }) => ({
      logicalId: resource.logicalId,
      path: ['Properties', ...path].map(String).join('.'),
      message: `${message} (${resource.type})`,
    })),
  );
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function readable(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'the property is not known' }));
}

/** CloudFormation would put a secret or parameter in their place when it deploys. */
function unresolvedSecrets(value: unknown, path: readonly string[]): Issue[] {
  if (typeof value === 'string' && value.includes('{{resolve:')) {
    return [{ path, message: 'dynamic references ({{resolve:...}}) are not known here' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => unresolvedSecrets(item, [...path, key]));
}
