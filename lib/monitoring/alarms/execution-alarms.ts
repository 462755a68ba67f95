import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from '../alarm-definition.ts';
import type { MonitoredParts } from '../monitored-parts.ts';
import { executionMetric, fargateUsage, workerMetric } from '../service-metrics.ts';
import { MINUTE, waybillMetric } from '../waybill-metric.ts';

/** Below this many endings a share says nothing: one failure of two is half. */
const ENDINGS_FLOOR = 10;

/** Long enough for ten endings on a quiet day, short enough to be told while it lasts. */
const ENDINGS_PERIOD = Duration.minutes(15);

const FIVE_MINUTES = Duration.minutes(5);

/** Whether exports end well. */
export function executionAlarms(parts: MonitoredParts) {
  const { deployment } = parts;
  const quota = {
    severity: 'warning',
    threshold: 80,
    evaluationPeriods: 5,
    missing: TreatMissingData.NOT_BREACHING,
  } as const;
  return {
    // Each failed export ends its execution as failed, so one is no reason for an alarm. This one goes by what Step
    // Functions itself has seen: it is heard of also while the table, and so every metric of Waybill's own, is out of reach.
    'executions-failing': {
      severity: 'critical',
      meaning: `Half of the executions, of at least ${ENDINGS_FLOOR}, failed in 15 minutes.`,
      metric: shareOf(
        executionMetric(parts, 'ExecutionsFailed', ENDINGS_PERIOD),
        executionMetric(parts, 'ExecutionsSucceeded', ENDINGS_PERIOD),
      ),
      threshold: 50,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'executions-cut-off': {
      severity: 'warning',
      meaning: 'An execution timed out or was aborted, which is no part of the life of an export.',
      metric: new MathExpression({
        expression: 'FILL(timedOut, 0) + FILL(aborted, 0)',
        usingMetrics: {
          timedOut: executionMetric(parts, 'ExecutionsTimedOut', FIVE_MINUTES),
          aborted: executionMetric(parts, 'ExecutionsAborted', FIVE_MINUTES),
        },
        period: FIVE_MINUTES,
      }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'exports-failing': {
      severity: 'warning',
      meaning: `A fifth of the exports, of at least ${ENDINGS_FLOOR}, failed in 15 minutes.`,
      metric: shareOf(
        waybillMetric(deployment, 'ExportsFailed', 'Sum', ENDINGS_PERIOD),
        waybillMetric(deployment, 'ExportsReady', 'Sum', ENDINGS_PERIOD),
      ),
      threshold: 20,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'leases-lapsed': {
      severity: 'warning',
      meaning:
        'Three workers in 15 minutes were not heard of again; one that is stopped in order gives its attempt back.',
      metric: waybillMetric(deployment, 'LeasesLapsed', 'Sum', Duration.minutes(15)),
      threshold: 3,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'worker-memory': {
      severity: 'warning',
      meaning: 'A worker uses half of its memory for 3 minutes: an export should stay at a tenth whatever its size.',
      metric: new MathExpression({
        expression: '100 * used / reserved',
        usingMetrics: {
          used: workerMetric(parts, 'MemoryUtilized', 'Maximum'),
          reserved: workerMetric(parts, 'MemoryReserved', 'Maximum'),
        },
        period: MINUTE,
      }),
      threshold: 50,
      evaluationPeriods: 3,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'fargate-on-demand-quota': {
      ...quota,
      meaning: 'The account uses 80 % of its Fargate on-demand vCPUs in this region for 5 minutes.',
      metric: quotaUse('OnDemand'),
    },
    'fargate-spot-quota': {
      ...quota,
      meaning: 'The account uses 80 % of its Fargate Spot vCPUs in this region for 5 minutes.',
      metric: quotaUse('Spot'),
    },
  } as const satisfies Record<string, AlarmDefinition>;
}

/** @returns per cent of failures among the endings; 0 while there are too few of these to tell */
function shareOf(failed: Metric, succeeded: Metric): MathExpression {
  const all = '(FILL(failed, 0) + FILL(succeeded, 0))';
  return new MathExpression({
    expression: `IF(${all} >= ${ENDINGS_FLOOR}, 100 * FILL(failed, 0) / ${all}, 0)`,
    usingMetrics: { failed, succeeded },
    period: ENDINGS_PERIOD,
  });
}

/** @returns per cent of the quota */
export function quotaUse(capacity: 'OnDemand' | 'Spot'): MathExpression {
  // Both are drawn in one chart, where ids are the chart's.
  const id = `used${capacity}`;
  return new MathExpression({
    expression: `100 * ${id} / SERVICE_QUOTA(${id})`,
    usingMetrics: { [id]: fargateUsage(capacity) },
    period: MINUTE,
    label: capacity,
  });
}
