import { Construct } from 'constructs';
import type * as z from 'zod';

/**
 * @param prefix what each key is shown below
 * @param subject of the message, e.g. `The props of Shop/Exports are`
 * @throws Error naming every key that is wrong, its value, and what it must be
 */
export function parse<Config>(schema: z.ZodType<Config>, value: unknown, prefix: string, subject: string): Config {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.map((issue) => `  ${describe(prefix, issue)}`);
  throw new Error(`${subject} not valid:\n${mistakes.join('\n')}`);
}

function describe(prefix: string, issue: z.core.$ZodIssue): string {
  // An unknown kind is reported at the kind, but with the whole object as its input.
  const path =
    issue.code === 'invalid_union' && issue.discriminator !== undefined ? issue.path.slice(0, -1) : issue.path;
  const key = [prefix, ...path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') return `${key} has the unknown key "${issue.keys.join('", "')}": remove it`;
  return issue.input === undefined
    ? `${key} is missing: it ${issue.message}`
    : `${key} is ${show(issue.input)}: it ${issue.message}`;
}

/** Constructs hold each other, so they have no JSON. */
function show(input: unknown): string {
  return (
    JSON.stringify(input, (_, value) => (Construct.isConstruct(value) ? `<${value.node.path}>` : value)) ?? typeof input
  );
}
