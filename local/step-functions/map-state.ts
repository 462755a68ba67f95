import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import { Cancelled } from './cancel-scope.ts';
import { requirePath } from './data-flow.ts';
import type { MapState } from './definition.ts';
import { allOrCancel, type RunGraph } from './engine.ts';
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
  readonly clock: LocalClock;
  readonly runGraph: RunGraph;
}

/**
 * Runs a Map state. A distributed one runs in the same process and records its iterations in the history of its parent,
 * where AWS keeps one history per child execution (so they share its limit of events). What its states see and how it
 * fails is as there.
 */
export async function runMap(
  name: string,
  state: MapState,
  data: Json,
  { strand, context, clock, runGraph }: MapSurroundings,
): Promise<Json> {
  const items = state.ItemsPath === undefined ? data : requirePath('ItemsPath', state.ItemsPath, data, context);
  if (!Array.isArray(items)) throw new StateError('States.Runtime', `The items of the map "${name}" are no array`);
  const mode = state.ItemProcessor.ProcessorConfig?.Mode ?? 'INLINE';
  const { scope, leave } = strand.scope.child();
  const strands: Strand[] = [];
  strand.record('MapStateStarted', { length: items.length });

  const iterate = async (item: Json, index: number): Promise<Json> => {
    const itemContext = { ...context, Map: { Item: { Index: index, Value: item } } };
    const selector = state.ItemSelector as Json | undefined;
    const input = selector === undefined ? item : fillTemplate(selector, data, itemContext);
    const iteration = strand.fork(scope, mode === 'INLINE' ? itemContext : childContext(context, input, clock));
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
function childContext(context: JsonObject, input: Json, clock: LocalClock): JsonObject {
  const { Execution, StateMachine } = context as { Execution: JsonObject; StateMachine: JsonObject };
  const name = randomUUID();
  const id = `${String(StateMachine.Id).replace(':stateMachine:', ':execution:')}/map:${name}`;
  const startTime = new Date(clock.now()).toISOString();
  return { StateMachine, Execution: { ...Execution, Id: id, Name: name, Input: input, StartTime: startTime } };
}
