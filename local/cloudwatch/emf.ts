import * as z from 'zod';
import { type MetricDatum, UNITS } from './metric.ts';

/** Cheap enough for every line: what has this may be a metric. */
const MARK = '"_aws"';

const name = z.string().min(1).max(255);

const documentSchema = z.looseObject({
  _aws: z.looseObject({
    Timestamp: z.int().positive(),
    CloudWatchMetrics: z.array(
      z.looseObject({
        Namespace: name,
        Dimensions: z.array(z.array(name).max(30)).min(1),
        Metrics: z.array(z.looseObject({ Name: name, Unit: z.enum(UNITS).default('None') })).max(100),
      }),
    ),
  }),
});

const metricValues = z.union([z.number().transform((value) => [value]), z.array(z.number()).min(1).max(100)]);

/** Thrown for a line that means to be a metric and is none. CloudWatch would drop it without a word. */
export class MalformedMetricError extends Error {
  override readonly name = 'MalformedMetricError';
}

/**
 * Reads the metrics out of one line of output; most lines have none.
 * @throws MalformedMetricError
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function readEmbeddedMetrics(line: string): readonly MetricDatum[] {
  if (!line.includes(MARK)) return [];
  const content = parseJson(line);
  // The mark may stand inside what a line quotes.
  if (content === undefined || !Object.hasOwn(content, '_aws')) return [];
  const parsed = documentSchema.safeParse(content);
  if (!parsed.success) throw new MalformedMetricError(z.prettifyError(parsed.error));
  const { _aws: metadata, ...members } = parsed.data;
  return metadata.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions: sets, Metrics: metrics }) =>
    metrics.flatMap(({ Name, Unit: unit }) => {
      const values = targetOf(members, Name, metricValues);
      return sets.map((set) => ({
        namespace,
        name: Name,
        dimensions: Object.fromEntries(set.map((key) => [key, targetOf(members, key, name)])),
        values,
        unit,
        timestampMs: metadata.Timestamp,
      }));
    }),
  );
}

function targetOf<Schema extends z.ZodType>(
  members: Readonly<Record<string, unknown>>,
  key: string,
  schema: Schema,
): z.output<Schema> {
  const parsed = schema.safeParse(members[key]);
  if (parsed.success) return parsed.data;
  throw new MalformedMetricError(`✖ ${key}: ${parsed.error.issues.map(({ message }) => message).join(', ')}`);
}

function parseJson(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    if (line.trimStart().startsWith('{')) throw new MalformedMetricError('✖ it is no JSON');
    return undefined;
  }
}
