import { percentile } from '../../local/cloudwatch/statistic.ts';
import type { Run } from './contestants.ts';

/** All runs of one contestant with so many rows: medians. */
export interface Result {
  readonly name: string;
  readonly rows: number;
  readonly seconds: number;
  readonly fastest: number;
  readonly slowest: number;
  readonly fromRequestSeconds: number | undefined;
  readonly cpuSeconds: number | undefined;
  /** The largest of all runs. */
  readonly peakMegabytes: number | undefined;
  readonly megabytes: number | undefined;
}

export function resultOf(name: string, rows: number, runs: readonly Run[]): Result {
  const median = (pick: (run: Run) => number | undefined) => {
    const found = runs.map(pick).filter((value) => value !== undefined);
    return found.length === 0 ? undefined : percentile(found, 50);
  };
  const seconds = runs.map((run) => run.seconds);
  const peaks = runs.map((run) => run.peakMegabytes).filter((peak) => peak !== undefined);
  return {
    name,
    rows,
    seconds: percentile(seconds, 50),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    fromRequestSeconds: median((run) => run.fromRequestSeconds),
    cpuSeconds: median((run) => run.cpuSeconds),
    peakMegabytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    megabytes: median((run) => run.megabytes),
  };
}
