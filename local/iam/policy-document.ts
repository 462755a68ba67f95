import * as z from 'zod';

/** The condition operators that are evaluated; a policy with any other stops start-up. */
export const conditionOperators = ['StringEquals', 'StringLike', 'Bool', 'NumericGreaterThan'] as const;
export type ConditionOperator = (typeof conditionOperators)[number];

/** Holds when the request's `key` compares with one of the `values` as the operator says. */
export interface Condition {
  readonly operator: ConditionOperator;
  readonly key: string;
  readonly values: readonly string[];
}

/** One statement of an identity policy. */
export interface PolicyStatement {
  /** Where it is written, e.g. `WorkerTaskRoleDefaultPolicy statement 2`. */
  readonly source: string;
  readonly effect: 'Allow' | 'Deny';
  /** With `not`, it applies to all actions but these. */
  readonly actions: { readonly not: boolean; readonly patterns: readonly string[] };
  /** With `not`, it applies to all resources but these. */
  readonly resources: { readonly not: boolean; readonly patterns: readonly string[] };
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

/** Thrown for a policy that cannot be evaluated faithfully. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => [value].flat());
const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);

const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.union([scalar, z.array(scalar)]).transform((value) => [value].flat()),
      ),
    )
    .default({}),
});

const documentSchema = z.strictObject({
  Version: z.literal('2012-10-17').optional(),
  Id: z.string().optional(),
  Statement: z.union([z.array(statementSchema), statementSchema.transform((statement) => [statement])]),
});

type RawStatement = z.output<typeof statementSchema>;

/**
 * Parses the document of an identity policy.
 * @param source the policy's name; errors and usage reports name it
 * @throws PolicyError naming an operator, a policy variable, or whatever else is not known
 */
export function parsePolicyDocument(document: unknown, source: string): PolicyStatement[] {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) throw new PolicyError(`${source}: ${z.prettifyError(parsed.error)}`);
  return parsed.data.Statement.map((statement, index) => parseStatement(statement, `${source} statement ${index}`));
}

function parseStatement(raw: RawStatement, source: string): PolicyStatement {
  const statement: PolicyStatement = {
    source,
    effect: raw.Effect,
    actions: oneOf('Action', raw.Action, raw.NotAction, source),
    resources: oneOf('Resource', raw.Resource, raw.NotResource, source),
    conditions: Object.entries(raw.Condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({ operator: knownOperator(operator, source), key, values })),
    ),
  };
  const values = statement.conditions.flatMap((condition) => condition.values);
  refuseVariables([...statement.resources.patterns, ...values], source);
  for (const pattern of statement.resources.patterns) {
    if (pattern !== '*' && pattern.split(':').length < 6) {
      throw new PolicyError(`${source}: resource "${pattern}" is neither an ARN nor *`);
    }
  }
  return statement;
}

function oneOf(name: string, wanted: string[] | undefined, unwanted: string[] | undefined, source: string) {
  const patterns = wanted ?? unwanted;
  if (!patterns || (wanted && unwanted)) throw new PolicyError(`${source}: needs either ${name} or Not${name}`);
  return { not: wanted === undefined, patterns };
}

function knownOperator(operator: string, source: string): ConditionOperator {
  const known = conditionOperators.find((name) => name === operator);
  if (!known) throw new PolicyError(`${source}: condition operator ${operator} is not known`);
  return known;
}

function refuseVariables(texts: readonly string[], source: string): void {
  const variable = texts.map((text) => /\$\{[^}]*\}/.exec(text)?.[0]).find((match) => match !== undefined);
  if (variable) throw new PolicyError(`${source}: policy variable ${variable} is not known`);
}
