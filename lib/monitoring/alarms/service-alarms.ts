import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmDefinition } from '../alarm-definition.ts';
import { backgroundHandlers, stepFunctions } from '../background-functions.ts';
import type { MonitoredParts } from '../monitored-parts.ts';
import { apiMetric, functionMetric, mailReputation, throttledRequests } from '../service-metrics.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** Below this many requests in a period a share or a percentile is about a single one. */
const REQUESTS_FLOOR = 20;

/** SES computes its rates anew about every quarter of an hour; in an hour there certainly is a value. */
const REPUTATION_PERIOD = Duration.hours(1);

/** Whether the services that Waybill stands on, and its functions, do their part. */
export function serviceAlarms(parts: MonitoredParts) {
  const { reconciler, mailRecorder } = parts;
  const upkeep = backgroundHandlers(parts);
  return {
    'api-errors': {
      severity: 'critical',
      meaning: `5 % of the API's answers, of at least ${REQUESTS_FLOOR}, are errors on our side, in 10 of 15 minutes.`,
      metric: new MathExpression({
        expression: `IF(requests >= ${REQUESTS_FLOOR}, 100 * FILL(errors, 0) / requests, 0)`,
        usingMetrics: {
          errors: apiMetric(parts, '5xx', 'Sum', FIVE_MINUTES),
          requests: apiMetric(parts, 'Count', 'Sum', FIVE_MINUTES),
        },
        period: FIVE_MINUTES,
      }),
      threshold: 5,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'api-slow': {
      severity: 'warning',
      meaning: "One of twenty of the API's answers takes 3 seconds or more, for 15 minutes.",
      metric: new MathExpression({
        expression: `IF(requests >= ${REQUESTS_FLOOR}, latency, 0)`,
        usingMetrics: {
          latency: apiMetric(parts, 'Latency', 'p95', FIVE_MINUTES),
          requests: apiMetric(parts, 'Count', 'Sum', FIVE_MINUTES),
        },
        period: FIVE_MINUTES,
      }),
      threshold: 3000,
      evaluationPeriods: 3,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'table-throttled': {
      severity: 'warning',
      meaning: 'DynamoDB refused 10 requests to the table or its indexes in 5 minutes for their rate.',
      metric: sumOf(throttledRequests(parts, FIVE_MINUTES)),
      threshold: 10,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'upkeep-failing': {
      severity: 'warning',
      meaning: 'The functions behind the schedule and the events failed 3 times in 5 minutes.',
      metric: sumOf(upkeep.map((handler) => functionMetric(handler, 'Errors', FIVE_MINUTES))),
      threshold: 3,
      missing: TreatMissingData.NOT_BREACHING,
    },
    'functions-throttled': {
      severity: 'warning',
      meaning: 'Lambda refused to run a step or an upkeep function 5 times in 5 minutes: no concurrency was left.',
      metric: sumOf(
        [...upkeep, ...stepFunctions(parts)].map((handler) => functionMetric(handler, 'Throttles', FIVE_MINUTES)),
      ),
      threshold: 5,
      missing: TreatMissingData.NOT_BREACHING,
    },
    // Not the sweeper and the webhooks: they are called again each minute, and are told not to try before.
    'events-dropped': {
      severity: 'warning',
      meaning: 'Lambda gave up on an event after all retries: an ended execution, or what became of a mail.',
      metric: sumOf(
        [reconciler.reconcileExecution, mailRecorder.recordMailEvent].map(({ handler }) =>
          functionMetric(handler, 'AsyncEventsDropped', FIVE_MINUTES),
        ),
      ),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    },
    // At these rates SES reviews an account, and at twice the first (or five times the second) it may stop it sending.
    // https://docs.aws.amazon.com/ses/latest/dg/reputationdashboardmessages.html
    'mail-bounces': {
      severity: 'warning',
      meaning: '5 % of the mails come back, at which rate SES puts an account under review.',
      metric: mailReputation(parts, 'Reputation.BounceRate', REPUTATION_PERIOD),
      threshold: 0.05,
      missing: TreatMissingData.IGNORE,
    },
    'mail-complaints': {
      severity: 'warning',
      meaning: 'One of a thousand mails is reported as spam, at which rate SES puts an account under review.',
      metric: mailReputation(parts, 'Reputation.ComplaintRate', REPUTATION_PERIOD),
      threshold: 0.001,
      missing: TreatMissingData.IGNORE,
    },
  } as const satisfies Record<string, AlarmDefinition>;
}

/** A sum over 5 minutes. A metric without a value counts as 0, and does not make the sum unknown. */
function sumOf(metrics: readonly Metric[]): MathExpression {
  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics, period: FIVE_MINUTES });
}
