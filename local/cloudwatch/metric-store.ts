import { type MetricDatum, type MetricId, metricKey } from './metric.ts';

export const MINUTE_MS = 60_000;

/** How far back values are kept. The local clock is moved, so more than the machine ran. */
export const RETENTION_MS = 3 * 60 * MINUTE_MS;

/** Values of one minute by which percentiles are told; those after them count in everything else. */
const MAX_VALUES_FOR_PERCENTILES = 1000;

/** All values of a metric in a span of time. */
export interface Summary {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** For percentiles; in no order. */
  readonly values: readonly number[];
}

interface Bucket extends Summary {
  count: number;
  sum: number;
  min: number;
  max: number;
  readonly values: number[];
}

/** The metrics of the local cloud, by the minute and in memory. */
export class MetricStore {
  /** By metric, then by the minute's start. */
  readonly #series = new Map<string, Map<number, Bucket>>();

  put(datum: MetricDatum): void {
    const key = metricKey(datum);
    const series = this.#series.get(key) ?? new Map<number, Bucket>();
    this.#series.set(key, series);
    const minute = minuteOf(datum.timestampMs);
    const bucket = series.get(minute) ?? emptyBucket();
    series.set(minute, bucket);
    for (const value of datum.values) addTo(bucket, value);
  }

  /** What was put from `startMs` up to, but not including, `endMs`, both at full minutes; undefined if nothing was. */
  summary(metric: MetricId, startMs: number, endMs: number): Summary | undefined {
    const series = this.#series.get(metricKey(metric));
    if (series === undefined) return undefined;
    const buckets: Bucket[] = [];
    for (let minute = startMs; minute < endMs; minute += MINUTE_MS) {
      const bucket = series.get(minute);
      if (bucket !== undefined) buckets.push(bucket);
    }
    return buckets.length > 1 ? merge(buckets) : buckets[0];
  }

  /** Forgets what is older than {@link RETENTION_MS}. */
  prune(nowMs: number): void {
    for (const [key, series] of this.#series) {
      for (const minute of series.keys()) if (minute < nowMs - RETENTION_MS) series.delete(minute);
      if (series.size === 0) this.#series.delete(key);
    }
  }
}

/** The start of the minute a time lies in. */
export function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}

function emptyBucket(): Bucket {
  return { count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, values: [] };
}

function addTo(bucket: Bucket, value: number): void {
  bucket.count += 1;
  bucket.sum += value;
  bucket.min = Math.min(bucket.min, value);
  bucket.max = Math.max(bucket.max, value);
  if (bucket.values.length < MAX_VALUES_FOR_PERCENTILES) bucket.values.push(value);
}

function merge(buckets: readonly Bucket[]): Summary {
  return {
    count: buckets.reduce((count, bucket) => count + bucket.count, 0),
    sum: buckets.reduce((sum, bucket) => sum + bucket.sum, 0),
    min: Math.min(...buckets.map(({ min }) => min)),
    max: Math.max(...buckets.map(({ max }) => max)),
    values: buckets.flatMap(({ values }) => values),
  };
}
