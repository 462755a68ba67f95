// @module-tag alarms-ask-what-is-written
// @module-tag somebody-is-told

import { describe, expect, it } from 'vitest';
import { type AlarmName, alarmNameOf, alarmNames } from '../../../core/contract/alarms.ts';
import { type Json, resourcesOf, synthesize } from '../synthesize.ts';
import { whyNeverWritten } from './reviewed-metrics.ts';
import { type AskedMetric, alarmMetrics, alarmsOf } from './template-metrics.ts';

const template = synthesize({ stage: 'prod', config: { runbookUrl: 'https://wiki.example.com/runbook' } });
const alarms = alarmsOf(template);
const asked = alarmMetrics(template);
const alarmOf = (name: AlarmName) => alarms[alarmNameOf('prod', name)];

/** Those that tell nobody when they go off, or when they are over. */
const silent = (all: readonly Json[]) =>
  all.filter(({ AlarmActions = [], OKActions = [] }) => AlarmActions.length === 0 || OKActions.length === 0);

/** CloudWatch judges an alarm by at most a day. */
const DAY_SECONDS = 86_400;

describe('the alarms', () => {
  it('are those of the contract, by names that no other stage has', () => {
    expect(Object.keys(alarms).sort()).toEqual(alarmNames.map((name) => `Waybill-prod-${name}`).sort());
  });

  it.each(alarmNames)('%s says how bad it is, what is the case, and where to read on', (name) => {
    const heading = `https://wiki.example.com/runbook#${name}`;
    expect(alarmOf(name).AlarmDescription).toMatch(
      new RegExp(String.raw`^(critical|warning): [A-Z\d][^.]+(\.\d[^.]*)?\. ${heading}$`),
    );
  });

  it('tell somebody in prod, when they go off and when they are over', () => {
    expect(silent(Object.values(alarms))).toEqual([]);
    expect(silent([{ ...alarmOf('api-slow'), OKActions: undefined }])).toHaveLength(1);
  });

  it('ask for nothing but metrics that something writes', () => {
    expect(asked.flatMap((metric) => whyNeverWritten(metric) ?? [])).toEqual([]);
  });

  const [api] = asked.filter(({ name }) => name === '5xx');
  it.each<[string, Partial<AskedMetric>]>([
    ['the name that REST APIs have', { name: '5XXError' }],
    ['a dimension too few', { dimensions: { ApiId: 'a' } }],
    ['a service that nobody looked up', { namespace: 'AWS/Kinesis' }],
    ['a metric of ours that is not', { namespace: 'Waybill', name: 'ExportsLost', dimensions: { Stage: 'prod' } }],
    ['a metric of ours by account', { namespace: 'Waybill', name: 'ExportsReady', dimensions: { Account: 'acme' } }],
    ['a code there is not', { namespace: 'Waybill', name: 'ExportsFailed', dimensions: { Stage: 'p', Code: 'late' } }],
  ])('would be refused with %s', (_, wrong) => {
    expect(whyNeverWritten({ ...(api as AskedMetric), ...wrong })).toMatch(/not|no dimensions/);
  });

  it('judge by what CloudWatch can: at most ten metrics, a day, and periods of whole minutes', () => {
    for (const { AlarmName, Metrics = [], EvaluationPeriods, DatapointsToAlarm } of Object.values(alarms)) {
      const own = asked.filter(({ by }) => by === AlarmName);
      expect(Metrics.filter(({ MetricStat }: { MetricStat?: unknown }) => MetricStat).length).toBeLessThanOrEqual(10);
      expect(DatapointsToAlarm).toBeLessThanOrEqual(EvaluationPeriods);
      for (const { periodSeconds } of own) {
        expect(periodSeconds % 60).toBe(0);
        expect(periodSeconds * EvaluationPeriods).toBeLessThanOrEqual(DAY_SECONDS);
      }
      expect(new Set(own.map(({ periodSeconds }) => periodSeconds)).size).toBe(1);
    }
  });

  it('take levels at their highest, counts as sums, and latencies by percentile', () => {
    const levels = /^(Queued|Oldest|Expired|Memory|ResourceCount)/;
    const statisticOf = ({ name }: AskedMetric) =>
      name === 'Latency' ? 'p95' : /^Reputation/.test(name) ? 'Average' : levels.test(name) ? 'Maximum' : 'Sum';
    expect(asked.filter((metric) => metric.statistic !== statisticOf(metric))).toEqual([]);
  });

  it('hear of a sweeper that says nothing at all, and of no other silence', () => {
    const breaching = Object.values(alarms).filter(({ TreatMissingData }) => TreatMissingData === 'breaching');
    expect(breaching.map(({ AlarmName }) => AlarmName)).toEqual(['Waybill-prod-sweeper-silent']);
    expect(alarmOf('sweeper-silent')).toMatchObject({
      EvaluationPeriods: 5,
      DatapointsToAlarm: 5,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
    });
  });

  it('go off at the waits that readers are told of', () => {
    const thresholds = (['queue-waits-5-minutes', 'queue-waits-10-minutes'] as const).map(alarmOf);
    expect(thresholds.map(({ Threshold }) => Threshold)).toEqual([300, 600]);
    expect(thresholds.map(({ AlarmDescription }) => AlarmDescription.split(':')[0])).toEqual(['warning', 'critical']);
  });

  it('watch every index of the table', () => {
    const [table] = Object.values(resourcesOf(template, 'AWS::DynamoDB::Table'));
    const indexes = asked.flatMap(({ dimensions }) => dimensions.GlobalSecondaryIndexName ?? []);
    const names = table.Properties.GlobalSecondaryIndexes.map(({ IndexName }: { IndexName: string }) => IndexName);
    expect([...new Set(indexes)].sort()).toEqual(names.sort());
  });
});
