import { percentile } from '../../local/cloudwatch/statistic.ts';

/** What is measured of lists and lines, by the names it has on the page. */
export const measured = {
  short: 'first page of the short list',
  first: 'first page',
  lastPage: 'page 40, the last with a number',
  older: 'older than the last with a number',
  sorted: 'sorted by report',
  filtered: 'filtered by status',
  shortBesideLine: 'first page of the short list, again',
  firstOfLine: 'first page, all of which wait',
  firstInLine: 'one export, the first in line',
  lastInLine: 'one export, the last in line',
  admitShort: 'admission out of a short line',
  admitLong: 'admission out of the long line',
  nextShort: 'browser: Next, in the short list',
  next: 'browser: Next',
} as const;

export type Measured = keyof typeof measured;

/** What each is compared with: measured by turns with it. */
const besides: Readonly<Record<Measured, Measured>> = {
  short: 'short',
  first: 'short',
  lastPage: 'short',
  older: 'short',
  sorted: 'short',
  filtered: 'short',
  shortBesideLine: 'shortBesideLine',
  firstOfLine: 'shortBesideLine',
  firstInLine: 'shortBesideLine',
  lastInLine: 'shortBesideLine',
  admitShort: 'admitShort',
  admitLong: 'admitShort',
  nextShort: 'nextShort',
  next: 'nextShort',
};

/** How many there were of what. */
export interface ListSizes {
  readonly exports: number;
  readonly beside: number;
  readonly waiting: number;
  readonly waitingBeside: number;
  readonly rounds: number;
}

/** Milliseconds of each round. */
export type Taken = Readonly<Partial<Record<Measured, readonly number[]>>>;

export interface ListFigure {
  readonly what: Measured;
  readonly median: number;
  readonly p95: number;
  /** Of the medians. */
  readonly ratio: number;
}

/** In the order in which they are named; what was not measured is left out. */
export function figuresOf(taken: Taken): readonly ListFigure[] {
  return (Object.keys(measured) as Measured[]).flatMap((what) => {
    const [own, beside] = [taken[what] ?? [], taken[besides[what]] ?? []];
    if (own.length === 0 || beside.length === 0) return [];
    const median = percentile(own, 50);
    return { what, median, p95: percentile(own, 95), ratio: median / percentile(beside, 50) };
  });
}

/** As many times the other's median. @returns undefined when it was not measured */
export function ratioOf(taken: Taken, what: Measured): number | undefined {
  return figuresOf(taken).find((figure) => figure.what === what)?.ratio;
}
