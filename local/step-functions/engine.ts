import type { CancelScope } from './cancel-scope.ts';
import type { Graph } from './definition.ts';
import type { Strand } from './execution-history.ts';
import type { Json } from './json.ts';
import type { TaskServices } from './task-attempt.ts';

/** What the states of one execution run with. */
export interface Engine extends TaskServices {
  /** The state machine's role, for the calls its tasks make. */
  readonly roleArn: string;
  readonly region: string;
}

/** Runs a branch or a map's processor. */
export type RunGraph = (graph: Graph, input: Json, strand: Strand) => Promise<Json>;

/** All results; or the first error, once everything else in the scope has ended. */
export async function allOrCancel<T>(scope: CancelScope, runs: readonly Promise<T>[]): Promise<T[]> {
  try {
    return await Promise.all(runs);
  } catch (error) {
    scope.cancel();
    await Promise.allSettled(runs);
    throw error;
  }
}
