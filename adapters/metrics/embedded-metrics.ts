import {
  CODE_DIMENSION,
  METRIC_NAMESPACE,
  type Measurement,
  metrics,
  STAGE_DIMENSION,
} from '../../core/contract/metrics.ts';
import type { Clock } from '../../core/ports/clock.ts';

/** Writes measurements; none, and nothing is written. */
export type Emit = (measurements: readonly Measurement[]) => void;

export interface EmbeddedMetricsOptions {
  readonly stage: string;
  readonly clock: Clock;
  /** Standard output, past `console`: Lambda would put what is logged there into a line of its own. */
  readonly out: { write(line: string): unknown };
}

/**
 * Measurements as log lines of which CloudWatch makes metrics. They are written at once, and not when the invocation
 * ends: a function that runs out of time, or a task that is killed, has told by then what it has changed.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics({ stage, clock, out }: EmbeddedMetricsOptions): Emit {
  return (measurements) => {
    for (const [code, ofCode] of Map.groupBy(measurements, (each) => each.code)) {
      out.write(`${JSON.stringify(documentOf(ofCode, { stage, code, timestamp: clock.now() }))}\n`);
    }
  };
}

/** One document; all its measurements have the same code, or none. */
function documentOf(
  measurements: readonly Measurement[],
  about: { readonly stage: string; readonly code: string | undefined; readonly timestamp: number },
) {
  const { stage, code, timestamp } = about;
  const dimensions = [[STAGE_DIMENSION], ...(code === undefined ? [] : [[STAGE_DIMENSION, CODE_DIMENSION]])];
  return {
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: dimensions,
          Metrics: measurements.map(({ name }) => ({ Name: name, Unit: metrics[name].unit })),
        },
      ],
    },
    [STAGE_DIMENSION]: stage,
    ...(code !== undefined && { [CODE_DIMENSION]: code }),
    ...Object.fromEntries(measurements.map(({ name, value }) => [name, value])),
  };
}
