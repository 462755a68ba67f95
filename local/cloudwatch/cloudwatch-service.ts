import * as z from 'zod';
import { type JsonOperation, jsonService, parseInput } from '../aws-endpoint/json-service.ts';
import { AwsError, type AwsService } from '../aws-endpoint/service.ts';
import type { AlarmView } from './alarms.ts';
import { ExpressionError } from './expression.ts';
import { metricDataQuery } from './metric-data-query.ts';
import { type MetricQuery, type MetricQueryText, periodSecondsOf, readQueries, runQueries } from './metric-query.ts';
import type { MetricStore } from './metric-store.ts';

export interface CloudWatchServiceOptions {
  readonly store: Pick<MetricStore, 'summary'>;
  /** The alarms as they are at the moment of the call. */
  readonly alarms: () => readonly AlarmView[];
}

const text = z.string();
const epochSeconds = z.number();

const getMetricDataInput = z.strictObject({
  MetricDataQueries: z.array(metricDataQuery).min(1).max(500),
  StartTime: epochSeconds,
  EndTime: epochSeconds,
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MaxDatapoints: z.int().optional(),
});

const describeAlarmsInput = z.strictObject({
  AlarmNames: z.array(text).max(100).optional(),
  AlarmNamePrefix: text.optional(),
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).optional(),
  StateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional(),
  MaxRecords: z.int().optional(),
});

/** The CloudWatch API, as far as it reads. All results are on one page. */
export function cloudWatchService({ store, alarms }: CloudWatchServiceOptions): AwsService {
  const getMetricData: JsonOperation = async (body, request) => {
    const input = parseInput(getMetricDataInput, body);
    await request.gate('GetMetricData', [{ action: 'cloudwatch:GetMetricData', resource: '*' }]);
    const queries = readInput(input.MetricDataQueries);
    const periodMs = periodSecondsOf(queries) * 1000;
    // Like CloudWatch, periods begin at multiples of their length.
    const startMs = Math.floor((input.StartTime * 1000) / periodMs) * periodMs;
    const results = runQueries(queries, { startMs, endMs: input.EndTime * 1000 }, store);
    return {
      MetricDataResults: results.map(({ id, label, points }) => {
        const ordered = input.ScanBy === 'TimestampAscending' ? [...points] : [...points].reverse();
        return {
          Id: id,
          Label: label,
          Timestamps: ordered.map(([time]) => time / 1000),
          Values: ordered.map(([, value]) => value),
          StatusCode: 'Complete',
        };
      }),
      Messages: [],
    };
  };

  const describeAlarms: JsonOperation = async (body, request) => {
    const {
      AlarmNames: names,
      AlarmNamePrefix: prefix = '',
      StateValue: wanted,
    } = parseInput(describeAlarmsInput, body);
    await request.gate('DescribeAlarms', [{ action: 'cloudwatch:DescribeAlarms', resource: '*' }]);
    const found = alarms().filter(
      ({ plan, state }) =>
        (names?.includes(plan.name) ?? true) && plan.name.startsWith(prefix) && state === (wanted ?? state),
    );
    return { MetricAlarms: found.map(describe), CompositeAlarms: [] };
  };

  return jsonService('monitoring', { GetMetricData: getMetricData, DescribeAlarms: describeAlarms }, '1.0');
}

function readInput(texts: readonly MetricQueryText[]): readonly MetricQuery[] {
  try {
    return readQueries(texts);
  } catch (error) {
    if (error instanceof ExpressionError) throw new AwsError('ValidationError', 400, error.message);
    throw error;
  }
}

function describe({ plan, state, reason, since }: AlarmView) {
  return {
    AlarmName: plan.name,
    AlarmArn: plan.arn,
    AlarmDescription: plan.description,
    ActionsEnabled: plan.alarmActions.length + plan.okActions.length > 0,
    AlarmActions: plan.alarmActions,
    OKActions: plan.okActions,
    StateValue: state,
    StateReason: reason,
    StateTransitionedTimestamp: since / 1000,
    StateUpdatedTimestamp: since / 1000,
    EvaluationPeriods: plan.evaluationPeriods,
    DatapointsToAlarm: plan.datapointsToAlarm,
    Threshold: plan.threshold,
    ComparisonOperator: plan.comparison,
    TreatMissingData: plan.missingData,
  };
}
