import { randomUUID } from 'node:crypto';
import { AccessDeniedError } from '../aws-endpoint/service.ts';
import { Cancelled } from './cancel-scope.ts';
import { requirePath } from './data-flow.ts';
import type { MapState } from './definition.ts';
import { allOrCancel, type Engine, type RunGraph } from './engine.ts';
import type { Strand } from './execution-history.ts';
import type { Json, JsonObject } from './json.ts';
import { fillTemplate } from './payload-template.ts';
import { StateError } from './state-error.ts';

/** How many iterations run at once when the definition does not say. */
const MAX_CONCURRENCY = { INLINE: 40, DISTRIBUTED: 10_000 };

/** Where a Map state runs. */
interface MapSurroundings {
  readonly strand: Strand;
  readonly context: JsonObject;
  readonly engine: Engine;
  readonly runGraph: RunGraph;
}

/**
 * Runs a Map state. A distributed one runs in the same process and records its iterations in the history of its parent,
 * where AWS keeps one history per child execution (so they share its limit of events). What its states see, how it
 * fails, and that the state machine's role must be allowed to start executions of it, is as there.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export async function runMap(
  name: string,
  state: MapState,
  data: Json,
  { strand, context, engine, runGraph }: MapSurroundings,
): Promise<Json> {
  const items = state.ItemsPath === undefined ? data : requirePath('ItemsPath', state.ItemsPath, data, context);
  if (!Array.isArray(items)) throw new StateError('States.Runtime', `The items of the map "${name}" are no array`);
  const mode = state.ItemProcessor.ProcessorConfig?.Mode ?? 'INLINE';
  if (mode === 'DISTRIBUTED') await authorizeStart(context, engine);
  const { scope, leave } = strand.scope.child();
  const strands: Strand[] = [];
  strand.record('MapStateStarted', { length: items.length });

  const iterate = async (item: Json, index: number): Promise<Json> => {
    const itemContext = { ...context, Map: { Item: { Index: index, Value: item } } };
    const selector = state.ItemSelector as Json | undefined;
    const input = selector === undefined ? item : fillTemplate(selector, data, itemContext);
    const iteration = strand.fork(scope, mode === 'INLINE' ? itemContext : childContext(context, input, engine));
    strands.push(iteration);
    iteration.record('MapIterationStarted', { name, index });
    try {
      const output = await runGraph(state.ItemProcessor, input, iteration);
      iteration.record('MapIterationSucceeded', { name, index });
      return output;
    } catch (error) {
      iteration.record(error instanceof Cancelled ? 'MapIterationAborted' : 'MapIterationFailed', { name, index });
      throw error;
    }
  };

  const results = new Array<Json>(items.length).fill(null);
  const remaining = items.entries();
  const worker = async () => {
    for (const [index, item] of remaining) results[index] = await iterate(item, index);
  };
  try {
    const concurrency = Math.min(state.MaxConcurrency || MAX_CONCURRENCY[mode], items.length);
    await allOrCancel(scope, Array.from({ length: concurrency }, worker));
    strand.join(strands);
    strand.record('MapStateSucceeded');
    return results;
  } catch (error) {
    strand.join(strands);
    if (!(error instanceof StateError)) throw error;
    strand.record('MapStateFailed');
    if (mode === 'INLINE') throw error;
    throw new StateError(
      'States.ExceedToleratedFailureThreshold',
      `The specified tolerated failure threshold was exceeded: ${error.message}`,
    );
  } finally {
    leave();
  }
}

/** An iteration of a distributed map is an execution of its own. */
function childContext(context: JsonObject, input: Json, { clock }: Engine): JsonObject {
  const { Execution, StateMachine } = context as { Execution: JsonObject; StateMachine: JsonObject };
  const name = randomUUID();
  const id = `${String(StateMachine.Id).replace(':stateMachine:', ':execution:')}/map:${name}`;
  const startTime = new Date(clock.now()).toISOString();
  return { StateMachine, Execution: { ...Execution, Id: id, Name: name, Input: input, StartTime: startTime } };
}

/** @throws StateError when the role may not start what the map's items are made by */
async function authorizeStart(context: JsonObject, { roleArn, authorize }: Engine): Promise<void> {
  const { StateMachine } = context as { StateMachine: JsonObject };
  try {
    await authorize({ roleArn }, { action: 'states:StartExecution', resource: String(StateMachine.Id) });
  } catch (error) {
    if (!(error instanceof AccessDeniedError)) throw error;
    throw new StateError('StepFunctions.AccessDeniedException', error.message);
  }
}
