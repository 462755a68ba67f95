import type { ParallelState } from './definition.ts';
import { allOrCancel, type RunGraph } from './engine.ts';
import type { Strand } from './execution-history.ts';
import type { Json, JsonObject } from './json.ts';
import { StateError } from './state-error.ts';

/** Runs the branches of a Parallel state side by side; the first that fails ends the others. */
export async function runParallel(
  state: ParallelState,
  input: Json,
  strand: Strand,
  context: JsonObject,
  runGraph: RunGraph,
): Promise<Json> {
  strand.record('ParallelStateStarted');
  const { scope, leave } = strand.scope.child();
  const branches = state.Branches.map((graph) => ({ graph, strand: strand.fork(scope, context) }));
  const strands = branches.map((branch) => branch.strand);
  try {
    const results = await allOrCancel(
      scope,
      branches.map((branch) => runGraph(branch.graph, input, branch.strand)),
    );
    strand.join(strands);
    strand.record('ParallelStateSucceeded');
    return results;
  } catch (error) {
    strand.join(strands);
    if (error instanceof StateError) strand.record('ParallelStateFailed');
    throw error;
  } finally {
    leave();
  }
}
