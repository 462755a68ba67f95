import type { TestCloud } from '../../test/e2e/test-cloud.ts';
import type { Party, Usage } from './process-usage.ts';

/** Who is measured. Budgets and pages find them by these, whatever they are called for people. */
export const contestantIds = [
  'psql',
  'psql-same',
  'psql-twice',
  'csv',
  'csv-parallel',
  'csv-partitioned',
  'csv-stringify',
  'pandas',
  'duckdb-csv',
  'csv-gzip',
  'csv-zstd',
  'ndjson',
  'parquet',
  'parquet-part-files',
  'hyparquet-writer',
  'duckdb-parquet',
  'xlsx',
  'exceljs',
] as const;

export type ContestantId = (typeof contestantIds)[number];

/** One run; processor time and memory are those of the worker, or of the rival's process. */
export interface Run extends Partial<Usage> {
  readonly seconds: number;
  readonly megabytes?: number;
  /** From the request to the file, for an export; `seconds` are from the claim on. */
  readonly fromRequestSeconds?: number;
  /** From the claim to the checked file, epoch milliseconds. */
  readonly between?: readonly [from: number, to: number];
  /** What everybody else on the machine used meanwhile. */
  readonly parties?: Readonly<Record<Party, Usage>>;
}

export interface Contestant {
  readonly id: ContestantId;
  /** For people. */
  readonly name: string;
  /** `reference`: what rates are compared with; `export`: over the API; `rival`: what one would do by hand. */
  readonly kind: 'reference' | 'export' | 'rival';
  /** How many of so many rounds it takes part in, with so many rows; those that take minutes say no more by many. */
  rounds(rows: number, rounds: number): number;
  /** Undefined where its program is not on this machine. */
  run(cloud: TestCloud): Promise<Run | undefined>;
}

const SOME_ROWS = 20_000;
/** From this many rows on the start of a process does not count. */
export const MANY_ROWS = 500_000;
/** Beyond, only what memory and processor time depend on is measured. */
export const MOST_ROWS = 1_000_000;

/** Rounds by how long one takes: those of `fast` say most, and take part in all. */
export const paces = {
  fast: (_rows: number, rounds: number) => rounds,
  /** Formats that are made from rows. */
  slow: (rows: number, rounds: number) => Math.min(rounds, rows <= MANY_ROWS ? rounds : rows <= MOST_ROWS ? 3 : 1),
  /** What is there for the most rows. */
  seldom: (rows: number, rounds: number) => (rows < MOST_ROWS ? 0 : Math.min(rounds, 1)),
  /** Rivals that a budget of a million rows is about. */
  rival: (rows: number, rounds: number) => Math.min(rounds, rows <= SOME_ROWS ? rounds : rows === MOST_ROWS ? 3 : 1),
  /** Rivals that take minutes, or are there to be seen beside. */
  once: (rows: number, rounds: number) => Math.min(rounds, rows <= SOME_ROWS ? rounds : rows <= MOST_ROWS ? 1 : 0),
} as const;

/** Checks what came from a command line. @throws Error */
export function contestantIdOf(text: string): ContestantId {
  const id = contestantIds.find((each) => each === text);
  if (id === undefined) throw new Error(`There is no contestant ${text}; there are ${contestantIds.join(', ')}`);
  return id;
}
