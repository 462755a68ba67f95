import type { FileColumn } from '../../core/domain/export-plan.ts';
import type { Cell, Chart } from '../../core/domain/report.ts';
import { wallTimeIn } from '../../core/domain/zone-clock.ts';
import type { Row } from '../../core/ports/export-source.ts';
import { cellText } from './cell-text.ts';
import { dateSteps, type Moment, type TimeStep, timeSteps } from './time-steps.ts';

/** What a chart shows, in its order along the axis. */
export type Series = TimeSeries | CategorySeries;

export interface TimeSeries {
  readonly kind: 'time';
  /** After "per": `15 minutes`, `day`. */
  readonly stepName: string;
  readonly points: readonly TimePoint[];
  /** Rows without a place on the axis, or without a finite number. */
  readonly leftOut: number;
}

export interface CategorySeries {
  readonly kind: 'categories';
  readonly points: readonly CategoryPoint[];
  /** Rows without a finite number. */
  readonly leftOut: number;
}

export interface TimePoint {
  /** Wall time at which the step begins, in milliseconds. */
  readonly start: number;
  readonly value: number;
}

export interface CategoryPoint {
  readonly name: string;
  readonly value: number;
}

const MAX_STEPS = 48;
const MAX_CATEGORIES = 20;

/** The numbers behind a chart; none if the file lacks one of its columns, or there is nothing to draw. */
export function chartSeries(
  chart: Chart,
  columns: readonly FileColumn[],
  rows: readonly Row[],
  timeZone: string,
): Series | undefined {
  const x = columns.findIndex(({ name }) => name === chart.x);
  const y = columns.findIndex(({ name }) => name === chart.y);
  const type = columns[x]?.type;
  if (type === undefined || (chart.y !== undefined && y === -1)) return undefined;
  const weighed = rows.map((row) => ({ at: row[x] ?? null, value: chart.y === undefined ? 1 : numberOf(row[y]) }));
  const finite = weighed.filter(({ value }) => Number.isFinite(value));
  const series =
    type === 'timestamp' || type === 'date'
      ? timeSeries(finite, type === 'date' ? undefined : timeZone)
      : categorySeries(finite.map(({ at, value }) => ({ name: at === null ? 'None' : cellText(at, type), value })));
  if (series.points.length === 0) return undefined;
  const leftOut = series.leftOut + weighed.length - finite.length;
  return chart.cumulative ? { ...withRunningTotals(series), leftOut } : { ...series, leftOut };
}

interface Weighed {
  readonly at: Cell;
  readonly value: number;
}

/** NULL adds nothing; exact enough for a picture. */
function numberOf(cell: Cell | undefined): number {
  return Number(cell ?? 0);
}

/** @param timeZone none for dates, which no zone shifts */
function timeSeries(rows: readonly Weighed[], timeZone: string | undefined): Series {
  const dated = rows.flatMap(({ at, value }) => {
    const moment = momentOf(at);
    return moment === undefined ? [] : [{ moment, value }];
  });
  const [first] = dated;
  const leftOut = rows.length - dated.length;
  if (first === undefined) return { kind: 'time', stepName: '', points: [], leftOut };
  const steps = timeZone === undefined ? dateSteps : timeSteps(first.moment, wallTimeIn(timeZone));
  const step = shortestFitting(
    steps,
    dated.map(({ moment }) => moment),
  );
  const totals = totalsBy(dated, ({ moment }) => step.numberOf(moment));
  const [from, to] = extent([...totals.keys()]);
  const points = Array.from({ length: to - from + 1 }, (_, index) => ({
    start: step.startOf(from + index),
    value: totals.get(from + index) ?? 0,
  }));
  return { kind: 'time', stepName: step.name, points, leftOut };
}

const TIMESTAMP = /^(\d{4,6}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?)?/;

/** What is not finite, or before our era, has no place on an axis. */
function momentOf(cell: Cell): Moment | undefined {
  const [, day, time = '00:00:00', offset = 'Z'] = TIMESTAMP.exec(cell ?? '') ?? [];
  if (day === undefined || /\bBC$/.test(cell ?? '')) return undefined;
  const wall = Date.parse(`${day.length > 10 ? `+${day.padStart(12, '0')}` : day}T${time}Z`);
  return Number.isNaN(wall) ? undefined : { wall, epoch: wall - offsetOf(offset) };
}

/** Of `+02:00`, in milliseconds. */
function offsetOf(text: string): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?/.exec(text) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function shortestFitting(steps: readonly TimeStep[], moments: readonly Moment[]): TimeStep {
  const fitting = steps.find((step) => {
    const [from, to] = extent(moments.map(step.numberOf));
    return to - from < MAX_STEPS;
  });
  const longest = steps.at(-1);
  if (longest === undefined) throw new TypeError('There are no steps');
  return fitting ?? longest;
}

/** The largest first; those beyond the limit together as the last. */
function categorySeries(rows: readonly { readonly name: string; readonly value: number }[]): Series {
  const totals = [...totalsBy(rows, ({ name }) => name)].map(([name, value]) => ({ name, value }));
  totals.sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
  const shown = totals.slice(0, MAX_CATEGORIES);
  const others = totals.slice(MAX_CATEGORIES);
  const value = others.reduce((sum, other) => sum + other.value, 0);
  const points = others.length === 0 ? shown : [...shown, { name: `Other (${others.length})`, value }];
  return { kind: 'categories', points, leftOut: 0 };
}

function withRunningTotals(series: Series): Series {
  let total = 0;
  const added = <Point extends { readonly value: number }>(point: Point) => {
    total += point.value;
    return { ...point, value: total };
  };
  return series.kind === 'time'
    ? { ...series, points: series.points.map(added) }
    : { ...series, points: series.points.map(added) };
}

function totalsBy<Item extends { readonly value: number }, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key,
): Map<Key, number> {
  const totals = new Map<Key, number>();
  for (const item of items) {
    const key = keyOf(item);
    totals.set(key, (totals.get(key) ?? 0) + item.value);
  }
  return totals;
}

function extent(numbers: readonly number[]): readonly [number, number] {
  return numbers.reduce(
    ([least, most], it) => [Math.min(least, it), Math.max(most, it)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
