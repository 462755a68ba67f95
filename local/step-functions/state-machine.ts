import type * as z from 'zod';
import { type Definition, definitionSchema, type Graph, type State } from './definition.ts';

/** A state machine as the template declares it. */
export interface StateMachineProps {
  readonly arn: string;
  readonly name: string;
  /** The Amazon States Language definition: parsed JSON, or its text. */
  readonly definition: unknown;
  /** The role its tasks run as. */
  readonly roleArn: string;
}

/** A state machine whose definition the endpoint can honour from end to end. */
export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: Definition;
  /** The definition as JSON text, for DescribeStateMachine. */
  readonly definitionText: string;
}

/**
 * Checks a definition.
 * @throws Error naming state machine, state and field of everything that cannot be honoured
 */
export function loadStateMachine({ arn, name, definition, roleArn }: StateMachineProps): StateMachine {
  const definitionText = typeof definition === 'string' ? definition : JSON.stringify(definition);
  const parsed = definitionSchema.safeParse(JSON.parse(definitionText));
  const problems = parsed.success
    ? checkTransitions(parsed.data, new Set())
    : parsed.error.issues.map((issue) => describeIssue(issue));
  if (!parsed.success || problems.length > 0) {
    const lines = problems.map((problem) => `state machine "${name}", ${problem}`);
    throw new Error(`The local cloud cannot honour this definition:\n${lines.join('\n')}`);
  }
  return { arn, name, roleArn, definition: parsed.data, definitionText };
}

/** `state "Queued", field "HeartbeatSecondsPath": ...` for an issue anywhere below nested branches and processors. */
function describeIssue(issue: z.core.$ZodIssue, prefix: readonly PropertyKey[] = []): string {
  const path = [...prefix, ...issue.path];
  // A union reports one list of issues per alternative: the shortest and deepest is of the one that was meant.
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const depthOf = (issues: readonly z.core.$ZodIssue[]) => Math.max(...issues.map((inner) => inner.path.length));
    const [[nearest] = []] = issue.errors.toSorted((a, b) => a.length - b.length || depthOf(b) - depthOf(a));
    if (nearest) return describeIssue(nearest, path);
  }
  const depth = path.lastIndexOf('States');
  const stateName = depth >= 0 ? path[depth + 1] : undefined;
  const where = path.slice(stateName === undefined ? 0 : depth + 2).map(String);
  const fields =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...where, key].join('.')) : [where.join('.')];
  const message = issue.code === 'unrecognized_keys' ? 'is not supported' : issue.message;
  const what = fields.map((field) => `field "${field}"`).join(', ');
  return `${stateName === undefined ? 'top level' : `state "${String(stateName)}"`}, ${what}: ${message}`;
}

/** Every transition ends at a state of the same graph, and no name is used twice in the whole machine. */
function checkTransitions(graph: Graph, seen: Set<string>): string[] {
  const problems: string[] = [];
  if (!Object.hasOwn(graph.States, graph.StartAt))
    problems.push(`field "StartAt": there is no state "${graph.StartAt}"`);
  for (const [name, state] of Object.entries(graph.States)) {
    const report = (field: string, problem: string) => problems.push(`state "${name}", field "${field}": ${problem}`);
    if (seen.has(name)) report('States', 'this name is used twice');
    seen.add(name);
    for (const [field, target] of transitionsOf(state)) {
      if (!Object.hasOwn(graph.States, target)) report(field, `there is no state "${target}" beside it`);
    }
    if ('Next' in state && 'End' in state) report('End', 'stands beside Next');
    if (mayGoOn(state) && !('Next' in state) && !('End' in state)) report('Next', 'is missing, and so is End');
    if (state.Type === 'Parallel') problems.push(...state.Branches.flatMap((branch) => checkTransitions(branch, seen)));
    if (state.Type === 'Map') problems.push(...checkTransitions(state.ItemProcessor, seen));
  }
  return problems;
}

function mayGoOn(state: State): boolean {
  return state.Type !== 'Choice' && state.Type !== 'Succeed' && state.Type !== 'Fail';
}

function transitionsOf(state: State): [field: string, target: string][] {
  const found: [string, string][] = [];
  if ('Next' in state && state.Next !== undefined) found.push(['Next', state.Next]);
  if ('Catch' in state) for (const { Next } of state.Catch ?? []) found.push(['Catch', Next]);
  if (state.Type === 'Choice') {
    for (const { Next } of state.Choices) found.push(['Choices', Next]);
    if (state.Default !== undefined) found.push(['Default', state.Default]);
  }
  return found;
}
