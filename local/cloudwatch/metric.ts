/** Dimension name -> value. */
export type Dimensions = Readonly<Record<string, string>>;

/** What tells one metric from another; each set of dimensions is a metric of its own. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
export const UNITS = [
  ...['Seconds', 'Microseconds', 'Milliseconds', 'Percent', 'Count', 'Count/Second', 'None'],
  ...['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits'],
  ...['Terabits', 'Bytes/Second', 'Kilobytes/Second', 'Megabytes/Second', 'Gigabytes/Second', 'Terabytes/Second'],
  ...['Bits/Second', 'Kilobits/Second', 'Megabits/Second', 'Gigabits/Second', 'Terabits/Second'],
];

/** Values of one metric at one time. */
export interface MetricDatum extends MetricId {
  readonly values: readonly number[];
  /** One of {@link UNITS}. */
  readonly unit: string;
  /** Epoch milliseconds. */
  readonly timestampMs: number;
}

/** How the local services tell of themselves what AWS's own services measure; the time is the local clock's. */
export type Measure = (metric: MetricId, value: number, unit: string) => void;

/** For services that are tried without a CloudWatch. */
export const measureNothing: Measure = () => {};

/** The same text for the same metric, in whatever order its dimensions are named. */
export function metricKey({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
