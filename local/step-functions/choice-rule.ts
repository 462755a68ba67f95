import * as z from 'zod';
import { path, pathProblem } from './data-flow-schema.ts';
import type { Json, JsonObject } from './json.ts';
import { readPath } from './reference-path.ts';
import { StateError } from './state-error.ts';

const OPERATOR =
  /^(String(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?|StringMatches|(Numeric|Timestamp)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?|BooleanEquals(Path)?|Is(Null|Present|Numeric|String|Boolean|Timestamp))$/;
const comparison = z.looseObject({ Variable: path }).superRefine((rule, check) => {
  const { Variable, Next, Comment, ...operators } = rule;
  const [operator, ...more] = Object.keys(operators);
  if (operator === undefined || more.length > 0 || !OPERATOR.test(operator)) {
    check.addIssue(`needs exactly one known comparison, has ${JSON.stringify(Object.keys(operators))}`);
  } else if (operator.endsWith('Path')) {
    const problem = pathProblem(String(operators[operator]));
    if (problem !== undefined) check.addIssue(problem);
  }
});

/** A rule of a Choice state: a comparison, or `And`, `Or`, `Not` of rules. */
export type ChoiceRule =
  | { readonly And: readonly ChoiceRule[] }
  | { readonly Or: readonly ChoiceRule[] }
  | { readonly Not: ChoiceRule }
  | { readonly Variable: string; readonly [operator: string]: unknown };

const named = { Next: z.string().optional(), Comment: z.string().optional() };
export const choiceRule: z.ZodType<ChoiceRule> = z.lazy(() =>
  z.union([
    comparison,
    z.strictObject({ And: z.array(choiceRule).min(1), ...named }),
    z.strictObject({ Or: z.array(choiceRule).min(1), ...named }),
    z.strictObject({ Not: choiceRule, ...named }),
  ]),
);

/**
 * Whether a rule holds.
 * @throws StateError `States.Runtime` when it compares something that is not there
 */
export function ruleHolds(rule: ChoiceRule, data: Json, context: JsonObject): boolean {
  if ('And' in rule) return (rule.And as readonly ChoiceRule[]).every((inner) => ruleHolds(inner, data, context));
  if ('Or' in rule) return (rule.Or as readonly ChoiceRule[]).some((inner) => ruleHolds(inner, data, context));
  if ('Not' in rule) return !ruleHolds(rule.Not as ChoiceRule, data, context);
  const { Variable, Next, Comment, ...comparisonFields } = rule;
  const [[operator, operand] = ['', null]] = Object.entries(comparisonFields) as [string, Json][];
  const value = readPath(Variable, data, context);
  if (operator === 'IsPresent') return (value !== undefined) === operand;
  if (value === undefined) throw invalidPath(Variable);
  if (!operator.endsWith('Path')) return compare(operator, value, operand);
  const other = readPath(String(operand), data, context);
  if (other === undefined) throw invalidPath(String(operand));
  return compare(operator.slice(0, -'Path'.length), value, other);
}

function invalidPath(reference: string): StateError {
  return new StateError(
    'States.Runtime',
    `Invalid path '${reference}': The choice state's condition path references an invalid value.`,
  );
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function isTimestamp(value: Json): value is string {
  return typeof value === 'string' && RFC_3339.test(value);
}

/** A comparison of values of another type than the operator's is false, as on AWS. */
function compare(operator: string, value: Json, operand: Json): boolean {
  switch (operator) {
    case 'IsNull':
      return (value === null) === operand;
    case 'IsNumeric':
      return (typeof value === 'number') === operand;
    case 'IsString':
      return (typeof value === 'string') === operand;
    case 'IsBoolean':
      return (typeof value === 'boolean') === operand;
    case 'IsTimestamp':
      return isTimestamp(value) === operand;
    case 'BooleanEquals':
      return typeof value === 'boolean' && value === operand;
    case 'StringMatches':
      return typeof value === 'string' && wildcard(String(operand)).test(value);
  }
  const [, type, relation = ''] = /^(String|Numeric|Timestamp)(.+)$/.exec(operator) ?? [];
  if (type === 'Numeric')
    return typeof value === 'number' && typeof operand === 'number' && holds(relation, value - operand);
  if (type === 'Timestamp') {
    return isTimestamp(value) && isTimestamp(operand) && holds(relation, Date.parse(value) - Date.parse(operand));
  }
  if (typeof value !== 'string' || typeof operand !== 'string') return false;
  return holds(relation, value === operand ? 0 : value < operand ? -1 : 1);
}

function holds(relation: string, order: number): boolean {
  if (relation === 'Equals') return order === 0;
  if (relation === 'LessThan') return order < 0;
  if (relation === 'LessThanEquals') return order <= 0;
  return relation === 'GreaterThan' ? order > 0 : order >= 0;
}

/** `*` stands for any characters, `\*` for itself. */
function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\([*\\])|\*|[^*\\]+|\\/g, (part, escaped: string | undefined) =>
    part === '*' ? '.*' : (escaped ?? part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  return new RegExp(`^${source}$`, 's');
}
