import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { metricCodes } from '../../core/contract/metric-codes.ts';
import { CODE_DIMENSION, METRIC_NAMESPACE, type MetricName, STAGE_DIMENSION } from '../../core/contract/metrics.ts';
import type { Deployment } from '../deployment.ts';

/** Everything is measured by the minute, and drawn so. */
export const MINUTE = Duration.minutes(1);

/** What is made of the values of one period. Only these are drawn and evaluated locally too. */
export type Statistic = 'Sum' | 'Average' | 'Maximum' | 'Minimum' | 'SampleCount' | `p${number}`;

/** One of Waybill's own metrics, of this stage. @param period @default 1 minute */
export function waybillMetric(
  { stage }: Deployment,
  metricName: MetricName,
  statistic: Statistic,
  period: Duration = MINUTE,
): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [STAGE_DIMENSION]: stage },
    statistic,
    period,
  });
}

/** The same by one code of those it is told apart by, for a chart with a line for each. */
export function waybillMetricByCode({ stage }: Deployment, metricName: keyof typeof metricCodes, code: string): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [STAGE_DIMENSION]: stage, [CODE_DIMENSION]: code },
    statistic: 'Sum',
    period: MINUTE,
    label: code,
  });
}
