import { Cancelled, sleep } from './cancel-scope.ts';
import { ruleHolds } from './choice-rule.ts';
import { encodePayload, placeResult, requirePath, selectByPath, shapeResult } from './data-flow.ts';
import type { Catcher, ChoiceState, FailState, Graph, State, TaskState, WaitState } from './definition.ts';
import type { Engine, RunGraph } from './engine.ts';
import type { Strand } from './execution-history.ts';
import type { Json, JsonObject } from './json.ts';
import { runMap } from './map-state.ts';
import { runParallel } from './parallel-state.ts';
import { fillTemplate } from './payload-template.ts';
import { RetryBudget } from './retry.ts';
import { errorMatches, StateError } from './state-error.ts';
import { attemptTask } from './task-attempt.ts';

/** Where a state leads; without `next` its graph is done. */
interface Step {
  readonly output: Json;
  readonly next?: string | undefined;
}

/**
 * Runs a graph from its first state to its end.
 * @throws StateError no state caught, Cancelled when the strand's scope ended
 */
export async function runGraph(graph: Graph, input: Json, strand: Strand, engine: Engine): Promise<Json> {
  let step: Step = { output: input, next: graph.StartAt };
  while (step.next !== undefined) {
    strand.scope.check();
    const state = graph.States[step.next];
    if (!state) throw new Error(`no state "${step.next}" although the definition was checked`);
    step = await visit(step.next, state, step.output, strand, engine);
  }
  return step.output;
}

async function visit(name: string, state: State, input: Json, strand: Strand, engine: Engine): Promise<Step> {
  strand.record(`${state.Type}StateEntered`, {
    name,
    input: JSON.stringify(input),
    inputDetails: { truncated: false },
  });
  try {
    const step = await attemptUntilDone(name, state, input, strand, engine);
    const output = encodePayload(name, step.output);
    strand.record(`${state.Type}StateExited`, { name, output, outputDetails: { truncated: false } });
    return step;
  } catch (error) {
    if (error instanceof Cancelled) strand.record(`${state.Type}StateAborted`);
    throw error;
  }
}

async function attemptUntilDone(
  name: string,
  state: State,
  input: Json,
  strand: Strand,
  engine: Engine,
): Promise<Step> {
  const budget = new RetryBudget('Retry' in state ? state.Retry : undefined);
  const enteredTime = new Date(engine.clock.now()).toISOString();
  for (let retryCount = 0; ; retryCount += 1) {
    const context = { ...strand.context, State: { EnteredTime: enteredTime, Name: name, RetryCount: retryCount } };
    try {
      return await run(name, state, input, strand, context, engine);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      const delayMs = budget.nextDelayMs(error);
      if (delayMs === undefined) return catchError('Catch' in state ? state.Catch : undefined, input, error);
      await sleep(engine.clock, delayMs, strand.scope);
    }
  }
}

function catchError(catchers: readonly Catcher[] = [], input: Json, error: StateError): Step {
  const catcher = catchers.find(({ ErrorEquals }) => errorMatches(ErrorEquals, error));
  if (!catcher) throw error;
  const caught = { Error: error.error, Cause: error.details ?? '' };
  return { output: placeResult(catcher.ResultPath, input, caught), next: catcher.Next };
}

async function run(
  name: string,
  state: State,
  input: Json,
  strand: Strand,
  context: JsonObject,
  engine: Engine,
): Promise<Step> {
  if (state.Type === 'Fail') throw failure(state, input, context);
  const runNested: RunGraph = (graph, nestedInput, nested) => runGraph(graph, nestedInput, nested, engine);
  const selected = selectByPath('InputPath', state.InputPath, input, context);
  switch (state.Type) {
    case 'Succeed':
      return { output: selectByPath('OutputPath', state.OutputPath, selected, context) };
    case 'Choice':
      return {
        output: selectByPath('OutputPath', state.OutputPath, selected, context),
        next: choose(state, selected, context),
      };
    case 'Wait':
      await sleep(engine.clock, waitMs(state, selected, context, engine), strand.scope);
      return { output: selectByPath('OutputPath', state.OutputPath, selected, context), next: state.Next };
    case 'Pass': {
      const result = state.Result === undefined ? fill(state.Parameters, selected, context) : state.Result;
      return { output: shapeResult(state, input, result as Json, context), next: state.Next };
    }
    case 'Task': {
      const result = await runTask(name, state, selected, strand, context, engine);
      return { output: shapeResult(state, input, result, context), next: state.Next };
    }
    case 'Parallel': {
      const branchInput = fill(state.Parameters, selected, context);
      const result = await runParallel(state, branchInput, strand, context, runNested);
      return { output: shapeResult(state, input, result, context), next: state.Next };
    }
    case 'Map': {
      const result = await runMap(name, state, selected, { strand, context, engine, runGraph: runNested });
      return { output: shapeResult(state, input, result, context), next: state.Next };
    }
  }
}

function fill(template: unknown, data: Json, context: JsonObject): Json {
  return template === undefined ? data : fillTemplate(template as Json, data, context);
}

function runTask(name: string, state: TaskState, data: Json, strand: Strand, context: JsonObject, engine: Engine) {
  const token = state.Resource.endsWith('.waitForTaskToken') ? engine.tokens.mint() : undefined;
  const taskContext = token === undefined ? context : { ...context, Task: { Token: token } };
  const parameters = fill(state.Parameters, data, taskContext);
  const { roleArn, region } = engine;
  return attemptTask({ stateName: name, state, parameters, token, roleArn, region }, strand, engine);
}

function failure(state: FailState, input: Json, context: JsonObject): StateError {
  const text = (field: 'Error' | 'Cause') => {
    const path = state[`${field}Path`];
    return path === undefined ? state[field] : String(requirePath(`${field}Path`, path, input, context));
  };
  return new StateError(text('Error') ?? '', text('Cause'));
}

function choose(state: ChoiceState, data: Json, context: JsonObject): string {
  const rule = state.Choices.find((candidate) => ruleHolds(candidate, data, context));
  const next = rule?.Next ?? state.Default;
  if (next === undefined) throw new StateError('States.NoChoiceMatched', 'No choice matched and there is no Default');
  return next;
}

function waitMs(state: WaitState, data: Json, context: JsonObject, { clock }: Engine): number {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  const seconds = SecondsPath === undefined ? Seconds : requirePath('SecondsPath', SecondsPath, data, context);
  const until = TimestampPath === undefined ? Timestamp : requirePath('TimestampPath', TimestampPath, data, context);
  const delayMs = until === undefined ? Number(seconds) * 1000 : Date.parse(String(until)) - clock.now();
  if (Number.isFinite(delayMs)) return Math.max(delayMs, 0);
  throw new StateError('States.Runtime', `This is neither a number of seconds nor a timestamp: ${seconds ?? until}`);
}
