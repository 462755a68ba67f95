import { type ContestantId, contestantIds, type Run } from './contestant.ts';
import type { Share } from './cpu-profile.ts';
import { type Result, resultOf } from './result.ts';

/** All runs with so many rows. */
export interface SizeRuns {
  readonly rows: number;
  readonly runs: Partial<Record<ContestantId, readonly Run[]>>;
  /** Who failed, and with what words; it took part in no further round. */
  readonly failures?: Partial<Record<ContestantId, string>>;
}

/** Whatever has been measured, each part by its latest run. */
export interface Measurements {
  /** That of the latest run. */
  readonly machine?: Machine;
  readonly sizes: readonly SizeRuns[];
  readonly timeline?: Timeline;
  readonly lookUps?: LookUps;
  readonly startUp?: StartUp;
  readonly profiles: readonly Profile[];
}

/** What the figures were measured on. */
export interface Machine {
  readonly processors: number;
  readonly model: string;
  readonly memoryGigabytes: number;
  readonly kernel: string;
  readonly node: string;
  readonly postgres: string;
}

/** Where the time of a small export goes, from the request to the file, every function warm. */
export interface Timeline {
  readonly rows: number;
  readonly runs: number;
  /** Medians of all runs. */
  readonly stages: readonly Stage[];
  /** Of the run that took the median time. */
  readonly spans: readonly Span[];
  /** From the request to the record that says ready, of each run. */
  readonly readyMs: readonly number[];
}

/** One step on an export's way, and what its time went to; milliseconds. */
export interface Stage {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** By what the step waited for; `rest` is its own program, and the way from one step to the next. */
  readonly parts: Readonly<Record<StagePart, number>>;
}

export const stageParts = ['dynamodb', 's3', 'states', 'secretsmanager', 'database', 'rest'] as const;

export type StagePart = (typeof stageParts)[number];

/** Milliseconds since the request was sent. */
export interface Span {
  /** Who works or waits. */
  readonly lane: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Of a call of an AWS API. */
  readonly service?: string;
}

/** How long look-ups by key took while nothing or something else was done with the database. */
export interface LookUps {
  readonly rows: number;
  readonly rounds: number;
  readonly perSecond: number;
  readonly phases: readonly LookUpPhase[];
  /** Sessions of Waybill at once, and how many its role may have. */
  readonly connections: { readonly most: number; readonly cap: number };
}

export interface LookUpPhase {
  readonly beside: ContestantId | 'idle';
  /** Worker and storage had only what of the processors the database and its users left. */
  readonly othersYield?: true;
  readonly count: number;
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** How long `npm start` takes until the report center answers. */
export interface StartUp {
  /** The first of this state: it fills the sample database. The stack may have been synthesized before. */
  readonly firstSeconds: number;
  readonly laterSeconds: readonly number[];
}

/** What the worker's main thread did with its time during one export, and what all processes used meanwhile. */
export interface Profile {
  readonly id: ContestantId;
  readonly rows: number;
  readonly seconds: number;
  /** Of the whole worker, its threads included. */
  readonly workerCpuSeconds: number;
  readonly shares: readonly Share[];
}

/** By size, in the order in which contestants are named. */
export function resultsOf({ sizes }: Measurements): readonly Result[] {
  return sizes.flatMap(({ rows, runs }) =>
    contestantIds.flatMap((id) => {
      const own = runs[id] ?? [];
      return own.length === 0 ? [] : [resultOf(id, rows, own)];
    }),
  );
}
