import type { Result } from './result.ts';

export interface Verdict {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  readonly verdict: 'met' | 'not met' | 'not run';
}

interface Budget {
  readonly what: string;
  readonly unit: 'times' | 'MB' | '%';
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Undefined where what it takes was not run. */
  find(results: readonly Result[]): number | undefined;
}

/** From this many rows on the start of a process does not count. */
const MANY_ROWS = 500_000;
const FEW_ROWS = 10_000;

const PSQL = /^psql/;
const CSV = /^csv$/;

const seconds = (result: Result): number | undefined => result.seconds;

/** How many times as fast, at the largest size that both have of those meant. */
function timesAsFast(
  ours: RegExp,
  theirs: RegExp,
  isMeant = (rows: number) => rows >= MANY_ROWS,
  pick: (result: Result) => number | undefined = seconds,
) {
  return (results: readonly Result[]): number | undefined => {
    const [pair] = results
      .filter(({ name, rows }) => ours.test(name) && isMeant(rows))
      .flatMap((own) => {
        const other = results.find(({ name, rows }) => theirs.test(name) && rows === own.rows);
        return other === undefined ? [] : [{ rows: own.rows, own: pick(own), other: pick(other) }];
      })
      .sort((a, b) => b.rows - a.rows);
    if (pair?.own === undefined || pair.other === undefined) return undefined;
    return pair.other / pair.own;
  };
}

function peak(of: RegExp) {
  return (results: readonly Result[]): number | undefined => {
    const peaks = results.flatMap(({ name, peakMegabytes }) => (of.test(name) && peakMegabytes ? [peakMegabytes] : []));
    return peaks.length === 0 ? undefined : Math.max(...peaks);
  };
}

/** How much more memory the most rows take than the fewest of many. */
function growth(of: RegExp) {
  return (results: readonly Result[]): number | undefined => {
    const own = results
      .filter(({ name, rows, peakMegabytes }) => of.test(name) && rows >= MANY_ROWS && peakMegabytes)
      .sort((a, b) => a.rows - b.rows);
    const [first, last] = [own[0]?.peakMegabytes, own.at(-1)?.peakMegabytes];
    return own.length < 2 || !first || !last ? undefined : (last / first - 1) * 100;
  };
}

/** What is promised, as ratios of one run; seconds of a machine that others use say little. */
const budgets: readonly Budget[] = [
  { what: 'csv against psql to nowhere', unit: 'times', atLeast: 0.8, find: timesAsFast(CSV, PSQL) },
  { what: 'csv against csv-stringify', unit: 'times', atLeast: 4, find: timesAsFast(CSV, /stringify/) },
  {
    what: 'the same, processor time of the client',
    unit: 'times',
    atLeast: 8,
    find: timesAsFast(CSV, /stringify/, undefined, ({ cpuSeconds }) => cpuSeconds),
  },
  { what: 'csv against pandas', unit: 'times', atLeast: 10, find: timesAsFast(CSV, /^pandas/) },
  { what: 'gzip against psql, uncompressed', unit: 'times', atLeast: 0.5, find: timesAsFast(/gzip/, PSQL) },
  { what: 'zstd against psql, uncompressed', unit: 'times', atLeast: 0.6, find: timesAsFast(/zstd/, PSQL) },
  {
    what: '10,000 rows, from the claim on, against csv-stringify',
    unit: 'times',
    atLeast: 5,
    find: timesAsFast(CSV, /stringify/, (rows) => rows === FEW_ROWS),
  },
  { what: 'xlsx against exceljs', unit: 'times', atLeast: 5, find: timesAsFast(/^xlsx/, /^exceljs/) },
  { what: 'memory of the worker, xlsx', unit: 'MB', atMost: 150, find: peak(/^xlsx/) },
  { what: 'memory of the worker, csv', unit: 'MB', atMost: 192, find: peak(CSV) },
  { what: 'the same, growth from the fewest to the most rows', unit: '%', atMost: 10, find: growth(CSV) },
];

export function budgetsOf(results: readonly Result[]): readonly Verdict[] {
  return budgets.map(({ what, unit, atLeast, atMost, find }) => {
    const value = find(results);
    const wanted = atLeast === undefined ? `at most ${atMost} ${unit}` : `at least ${atLeast} ${unit}`;
    if (value === undefined) return { what, wanted, found: '-', verdict: 'not run' };
    const isMet = atLeast === undefined ? value <= (atMost ?? 0) : value >= atLeast;
    const found = `${value.toFixed(unit === 'times' ? 2 : 0)} ${unit}`;
    return { what, wanted, found, verdict: isMet ? 'met' : 'not met' };
  });
}
