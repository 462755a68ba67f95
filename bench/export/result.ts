import { percentile } from '../../local/cloudwatch/statistic.ts';
import type { ContestantId, Run } from './contestant.ts';
import { type Party, parties } from './process-usage.ts';

/** All runs of one contestant with so many rows: medians. */
export interface Result {
  readonly id: ContestantId;
  readonly rows: number;
  readonly runs: number;
  readonly seconds: number;
  readonly fastest: number;
  readonly slowest: number;
  readonly fromRequestSeconds: number | undefined;
  readonly cpuSeconds: number | undefined;
  /** The most of a run, median. */
  readonly usualMegabytes: number | undefined;
  /** The most of any run. */
  readonly peakMegabytes: number | undefined;
  readonly megabytes: number | undefined;
  /** Processor seconds of everybody else. */
  readonly partySeconds: Readonly<Record<Party, number>> | undefined;
  /** The largest of all runs; 0 where it is not known. */
  readonly partyMegabytes: Readonly<Record<Party, number>> | undefined;
}

export function resultOf(id: ContestantId, rows: number, runs: readonly Run[]): Result {
  const median = (pick: (run: Run) => number | undefined) => {
    const found = runs.map(pick).filter((value) => value !== undefined);
    return found.length === 0 ? undefined : percentile(found, 50);
  };
  const seconds = runs.map((run) => run.seconds);
  const peaks = runs.map((run) => run.peakMegabytes).filter((peak) => peak !== undefined);
  const isWatched = runs.some((run) => run.parties !== undefined);
  const ofParties = (pick: (party: Party) => number) =>
    isWatched ? (Object.fromEntries(parties.map((party) => [party, pick(party)])) as Record<Party, number>) : undefined;
  return {
    id,
    rows,
    runs: runs.length,
    seconds: percentile(seconds, 50),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    fromRequestSeconds: median((run) => run.fromRequestSeconds),
    cpuSeconds: median((run) => run.cpuSeconds),
    usualMegabytes: median((run) => run.peakMegabytes),
    peakMegabytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    megabytes: median((run) => run.megabytes),
    partySeconds: ofParties((party) => median((run) => run.parties?.[party].cpuSeconds) ?? 0),
    partyMegabytes: ofParties((party) => Math.max(...runs.map((run) => run.parties?.[party].peakMegabytes ?? 0))),
  };
}
