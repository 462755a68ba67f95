import { isLaterRun } from '../domain/execution.ts';
import type { ExportId } from '../domain/export-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Executions } from '../ports/executions.ts';
import type { Handover, RangeStore } from '../ports/range-store.ts';

export interface HandOverDeps {
  readonly ranges: Pick<RangeStore, 'handOver'>;
  readonly executions: Pick<Executions, 'resume'>;
  readonly clock: Clock;
}

/**
 * One side of the meeting between the lead of several workers and the step that starts them, whoever comes first: the
 * step brings the token it waits on, the lead the numbers of the workers, and the second of the two answers the token.
 * @param id of this run of the two
 */
export async function handOver(deps: HandOverDeps, exportId: ExportId, id: string, known: Handover): Promise<void> {
  const { token, workers } = await deps.ranges.handOver(exportId, id, known, deps.clock.now());
  if (token !== undefined && workers !== undefined) await deps.executions.resume(token, { workers });
}

/**
 * Whether Step Functions has given up a run of the two: a later one has begun. The lead may not have been told, as nobody can
 * trust a task to be stopped; it alone holds what the later one waits for.
 */
export async function isGivenUp(
  { ranges }: { readonly ranges: Pick<RangeStore, 'handovers'> },
  exportId: ExportId,
  id: string,
): Promise<boolean> {
  const runs = await ranges.handovers(exportId);
  return runs.some((run) => isLaterRun(run, id));
}
