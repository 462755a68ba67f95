import type { RequiredPermission } from '../aws-endpoint/service.ts';
import type { Condition, PolicyStatement } from './policy-document.ts';
import { arnWildcard, wildcard } from './wildcards.ts';

/** One action pattern on one resource pattern of a statement, and how often a call made use of it. */
export interface Grant {
  readonly source: string;
  /** As written in the policy; `not x, y` for NotAction and NotResource. */
  readonly action: string;
  readonly resource: string;
  uses: number;
}

interface CompiledGrant {
  readonly grant: Grant;
  matches(permission: RequiredPermission): boolean;
}

/** A statement ready to be asked. */
export interface CompiledStatement {
  readonly source: string;
  readonly effect: 'Allow' | 'Deny';
  readonly grants: readonly CompiledGrant[];
  /** Whether the answer depends on more than action and resource. */
  readonly isConditional: boolean;
  holds(permission: RequiredPermission): boolean;
}

interface Alternative {
  readonly label: string;
  matches(text: string): boolean;
}

/** Compiles the patterns of a statement once, because its answers are on the path of every call. */
export function compileStatement(statement: PolicyStatement): CompiledStatement {
  const actions = alternatives(statement.actions, (pattern) => wildcard(pattern, 'i'));
  const resources = alternatives(statement.resources, arnWildcard);
  const conditions = statement.conditions.map(compileCondition);
  return {
    source: statement.source,
    effect: statement.effect,
    isConditional: conditions.length > 0,
    holds: (permission) => conditions.every((isMet) => isMet(permission)),
    grants: actions.flatMap((action) =>
      resources.map((resource) => ({
        grant: { source: statement.source, action: action.label, resource: resource.label, uses: 0 },
        matches: (permission) => action.matches(permission.action) && resource.matches(permission.resource),
      })),
    ),
  };
}

function alternatives(
  { not, patterns }: PolicyStatement['actions'],
  compile: (pattern: string) => (text: string) => boolean,
): Alternative[] {
  const compiled = patterns.map((pattern) => ({ label: pattern, matches: compile(pattern) }));
  if (!not) return compiled;
  const label = `not ${patterns.join(', ')}`;
  return [{ label, matches: (text) => !compiled.some((alternative) => alternative.matches(text)) }];
}

/** A key the request does not have meets no condition. Names of keys ignore case, as AWS has it. */
function compileCondition({ operator, key, values }: Condition): (permission: RequiredPermission) => boolean {
  const name = key.toLowerCase();
  const tests = values.map((value): ((actual: string) => boolean) => {
    if (operator === 'StringLike') return wildcard(value);
    if (operator === 'Bool') return (actual) => actual.toLowerCase() === value.toLowerCase();
    if (operator === 'NumericGreaterThan') return (actual) => Number(actual) > Number(value);
    return (actual) => actual === value;
  });
  return ({ context = {} }) => {
    const actual = Object.entries(context).find(([candidate]) => candidate.toLowerCase() === name)?.[1];
    return actual !== undefined && tests.some((matches) => matches(actual));
  };
}
