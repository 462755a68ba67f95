import type { ExportRef } from '../core/domain/export-id.ts';
import type { RangeStore } from '../core/ports/range-store.ts';
import { produceInRanges } from './produce-in-ranges.ts';
import type { RunDependencies } from './run-dependencies.ts';
import { runExport } from './run-export.ts';
import type { RunOutcome } from './run-outcome.ts';
import { defaultTimings, type Timings } from './timings.ts';

export interface RunLeadDependencies extends RunDependencies {
  readonly ranges: RangeStore;
  /** Tells whoever starts workers which ones are wanted; the last word counts. */
  readonly handOver: (workers: readonly number[]) => Promise<void>;
  /** Whether the step has been begun anew, so that nobody starts workers for this lead any more. */
  readonly isGivenUp: () => Promise<boolean>;
}

/**
 * One attempt at an export whose file several workers make: as {@link runExport}, from the claim to the recorded ending.
 * Whoever waits to start the workers is let go whenever nothing is left for them to do.
 * @param options.workers how many workers there are to be
 */
export async function runLead(
  ref: ExportRef,
  dependencies: RunLeadDependencies,
  options: { readonly signal: AbortSignal; readonly workers: number; readonly timings?: Partial<Timings> },
): Promise<RunOutcome> {
  const { ranges, handOver, isGivenUp, log } = dependencies;
  const { workers, ...others } = options;
  const { rangePollMs: pollMs } = { ...defaultTimings, ...options.timings };
  const callWorkers = () => handOver(Array.from({ length: workers }, (_, index) => index + 1));
  const produce = produceInRanges({ ranges, workers, pollMs, callWorkers, isGivenUp });
  const outcome = await runExport(ref, dependencies, { ...others, produce });
  if (outcome.kind === 'retry') return outcome;
  try {
    await handOver([]);
    return outcome;
  } catch (cause) {
    log.warn('nobody could be let go', { error: cause });
    return { kind: 'retry', code: 'internal', cause };
  }
}
