/** Values by the start of their period, in epoch milliseconds, oldest first. */
export type Series = ReadonlyMap<number, number>;

/** What metric math computes with. */
export type Value = number | Series | readonly Series[];

export function isSeries(value: Value): value is Series {
  return value instanceof Map;
}

/** Applies `change` to each series in a value; a number is not one. */
export function mapSeries(value: Value, change: (series: Series) => Series): Value {
  if (typeof value === 'number') return value;
  return isSeries(value) ? change(value) : value.map(change);
}

/** Applies `change` to every number in a value. */
export function mapValue(value: Value, change: (value: number) => number): Value {
  if (typeof value === 'number') return change(value);
  return mapSeries(value, (series) => finite([...series].map(([time, point]) => [time, change(point)])));
}

/**
 * Combines two values number by number. Where only one of two series has a point, the other counts as 0, as CloudWatch
 * documents it.
 */
export function combine(left: Value, right: Value, join: (left: number, right: number) => number): Value {
  if (typeof left === 'number') return mapValue(right, (value) => join(left, value));
  if (typeof right === 'number') return mapValue(left, (value) => join(value, right));
  if (isSeries(left) && isSeries(right)) {
    return finite(timesOf([left, right]).map((time) => [time, join(left.get(time) ?? 0, right.get(time) ?? 0)]));
  }
  const pairs = isSeries(left)
    ? [right].flat().map((each) => [left, each] as const)
    : left.map((each, index) => [each, isSeries(right) ? right : right[index]] as const);
  return pairs.flatMap(([a, b]) => (b === undefined ? [] : [combine(a, b, join)])) as Series[];
}

/**
 * Of one series the aggregate of its points; of several the series of the aggregates at each time.
 * @param missing counts for a series that has no point at a time @default it is left out
 */
export function aggregate(value: Value, of: (values: readonly number[]) => number, missing?: number): Value {
  if (typeof value === 'number') return value;
  if (isSeries(value)) return value.size === 0 ? Number.NaN : of([...value.values()]);
  return finite(timesOf(value).map((time) => [time, of(value.flatMap((series) => series.get(time) ?? missing ?? []))]));
}

/** A series with a point at each time: from a value, a series, the point before, or the line between its neighbours. */
export function fillWith(series: Series, how: Value | string, times: readonly number[]): Series {
  return finite(times.map((time) => [time, series.get(time) ?? filler(series, how, time)]));
}

function filler(series: Series, how: Value | string, time: number): number {
  if (typeof how === 'number') return how;
  if (typeof how !== 'string') return (isSeries(how) ? how : how[0])?.get(time) ?? Number.NaN;
  const before = [...series].findLast(([at]) => at < time);
  if (how === 'REPEAT') return before?.[1] ?? Number.NaN;
  const after = [...series].find(([at]) => at > time);
  if (before === undefined || after === undefined) return before?.[1] ?? after?.[1] ?? Number.NaN;
  return before[1] + ((after[1] - before[1]) * (time - before[0])) / (after[0] - before[0]);
}

/** The change per second between each point and the one before it. */
export function rateOf(series: Series): Series {
  const points = [...series];
  return finite(
    points.slice(1).map(([time, value], index) => {
      const [timeBefore, before] = points[index] ?? [time, value];
      return [time, (value - before) / ((time - timeBefore) / 1000)];
    }),
  );
}

function timesOf(all: readonly Series[]): number[] {
  return [...new Set(all.flatMap((series) => [...series.keys()]))].sort((a, b) => a - b);
}

function finite(points: readonly (readonly [number, number])[]): Series {
  return new Map(points.filter(([, value]) => Number.isFinite(value)));
}
