import * as z from 'zod';
import { type AlarmRule, COMPARISONS, evaluationRange, MISSING_DATA } from '../../cloudwatch/evaluate-alarm.ts';
import { ExpressionError } from '../../cloudwatch/expression.ts';
import { dimensions, metricDataQuery } from '../../cloudwatch/metric-data-query.ts';
import {
  isMetricStat,
  type MetricQuery,
  type MetricQueryText,
  periodSecondsOf,
  readQueries,
} from '../../cloudwatch/metric-query.ts';
import { RETENTION_MS } from '../../cloudwatch/metric-store.ts';
import { boolean, commonProperties, integer, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { problem } from '../template-error.ts';

/** A CloudWatch alarm on a metric, or on metric math. */
export interface AlarmPlan extends AlarmRule {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  /** Exactly one of them returns data: what is compared. */
  readonly queries: readonly MetricQuery[];
  readonly periodSeconds: number;
  /** ARNs that are told of each change to ALARM and to OK. */
  readonly alarmActions: readonly string[];
  readonly okActions: readonly string[];
}

const number = z.union([z.number(), text.regex(/^-?\d+(\.\d+)?$/).transform(Number)]);
const actions = z.array(text).default([]);

const schema = z.strictObject({
  ...commonProperties,
  ActionsEnabled: boolean.default(true),
  AlarmActions: actions,
  AlarmDescription: text.default(''),
  AlarmName: irrelevant('read through the resource name'),
  ComparisonOperator: z.enum(COMPARISONS),
  DatapointsToAlarm: integer.optional(),
  Dimensions: dimensions,
  EvaluationPeriods: integer,
  ExtendedStatistic: text.optional(),
  InsufficientDataActions: irrelevant('nobody is told'),
  MetricName: text.optional(),
  Metrics: z.array(metricDataQuery).optional(),
  Namespace: text.optional(),
  OKActions: actions,
  Period: integer.optional(),
  Statistic: text.optional(),
  Threshold: number,
  TreatMissingData: z.enum(MISSING_DATA).default('missing'),
});

/** Plans one `AWS::CloudWatch::Alarm`. @throws TemplateError */
export function planAlarm(resource: ResolvedResource): AlarmPlan {
  const properties = readProperties(resource, schema);
  const queries = queriesOf(resource.logicalId, properties);
  const rangeMs =
    evaluationRange({ evaluationPeriods: properties.EvaluationPeriods }) * periodSecondsOf(queries) * 1000;
  if (rangeMs > RETENTION_MS) {
    const message = `it is evaluated on ${rangeMs / 1000} s, but metrics are kept for ${RETENTION_MS / 1000} s here`;
    throw problem({ logicalId: resource.logicalId, path: 'Properties.EvaluationPeriods' }, message);
  }
  return {
    logicalId: resource.logicalId,
    name: resource.ref(),
    arn: resource.attribute('Arn'),
    description: properties.AlarmDescription,
    queries,
    periodSeconds: periodSecondsOf(queries),
    evaluationPeriods: properties.EvaluationPeriods,
    datapointsToAlarm: properties.DatapointsToAlarm ?? properties.EvaluationPeriods,
    threshold: properties.Threshold,
    comparison: properties.ComparisonOperator,
    missingData: properties.TreatMissingData,
    alarmActions: properties.ActionsEnabled ? properties.AlarmActions : [],
    okActions: properties.ActionsEnabled ? properties.OKActions : [],
  };
}

function queriesOf(logicalId: string, properties: z.output<typeof schema>): readonly MetricQuery[] {
  const { Namespace: namespace = '', MetricName: name = '', Dimensions: dimensions } = properties;
  const single: MetricQueryText = {
    id: 'm1',
    returnData: true,
    metricStat: {
      metric: { namespace, name, dimensions },
      stat: properties.Statistic ?? properties.ExtendedStatistic ?? '',
      periodSeconds: properties.Period ?? 0,
    },
  };
  const place = { logicalId, path: 'Properties' };
  try {
    const queries = readQueries(properties.Metrics ?? [single]);
    const compared = queries.filter(({ returnData }) => returnData);
    if (compared.length !== 1) throw new ExpressionError(`${compared.length} of its metrics return data, not one`);
    const periods = queries.flatMap(({ source }) => (isMetricStat(source) ? source.periodSeconds : []));
    if (new Set(periods).size > 1) throw new ExpressionError('its metrics have different periods');
    return queries;
  } catch (error) {
    if (error instanceof ExpressionError) throw problem(place, error.message);
    throw error;
  }
}
