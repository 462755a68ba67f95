// @module-tag unknown-to-the-local-cloud
// @module-tag unknown-alarms

import { describe, expect, test } from 'vitest';
import { planAlarm } from '../../../local/template/plan/alarms.ts';
import { planDashboard } from '../../../local/template/plan/dashboards.ts';
import { resolveTemplate } from '../../../local/template/resolve.ts';
import { TemplateError } from '../../../local/template/template-error.ts';

function resolved(Type: string, Properties: object) {
  const resource = resolveTemplate({ Resources: { It: { Type, Properties } } }).get('It');
  if (resource === undefined) throw new Error('It is gone.');
  return resource;
}

const alarm = {
  Namespace: 'Waybill',
  MetricName: 'SlotDrift',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
};
const planOf = (changed: object) => planAlarm(resolved('AWS::CloudWatch::Alarm', { ...alarm, ...changed }));

const { Namespace, MetricName, Statistic, Period, ...comparison } = alarm;
const stat = (period = 60) => ({ Metric: { Namespace, MetricName }, Period: period, Stat: 'Sum' });
const mathOf = (Metrics: object[]) => planAlarm(resolved('AWS::CloudWatch::Alarm', { ...comparison, Metrics }));

test('an alarm as deployed: as many datapoints as periods, and missing data stays missing', () => {
  expect(planOf({ Statistic: undefined, ExtendedStatistic: 'p95' })).toMatchObject({
    name: 'It',
    arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:It',
    periodSeconds: 60,
    datapointsToAlarm: 3,
    missingData: 'missing',
  });
});

describe('an alarm that could not be evaluated stops start-up', () => {
  test.each([
    ['an unknown statistic', { Statistic: 'Median' }, 'statistic Median is not known here'],
    ['an extended one', { Statistic: undefined, ExtendedStatistic: 'TM(10%:90%)' }, 'TM(10%:90%) is not known here'],
    ['a period of seconds', { Period: 10 }, 'a period of 10 s is not known here'],
    ['an anomaly band', { ComparisonOperator: 'GreaterThanUpperThreshold' }, 'ComparisonOperator'],
    ['a range beyond what is kept', { Period: 3600, EvaluationPeriods: 2 }, 'evaluated on 14400 s, but metrics are'],
    ['a unit', { Unit: 'Count' }, 'Properties.Unit: the property is not known'],
  ])('%s', (_, changed, message) => {
    expect(() => planOf(changed)).toThrow(TemplateError);
    expect(() => planOf(changed)).toThrow(message);
  });

  const m1 = { Id: 'm1', MetricStat: stat(), ReturnData: false };
  test.each([
    ['an unknown function', [m1, { Id: 'e1', Expression: 'SORT(m1)' }], 'function SORT is not known here'],
    ['an unknown id', [m1, { Id: 'e1', Expression: 'm1 + m2' }], 'there is no metric with the id m2'],
    ['a circle', [{ Id: 'e1', Expression: 'e1 + 1' }], 'e1 refers to itself'],
    ['a quota of what has none', [m1, { Id: 'e1', Expression: 'm1 / SERVICE_QUOTA(m1)' }], 'm1 is no usage metric'],
    ['two results', [m1, { Id: 'e1', Expression: 'm1' }, { Id: 'e2', Expression: 'm1' }], '2 of its metrics return'],
    ['none', [m1], '0 of its metrics return data'],
    [
      'mixed periods',
      [m1, { Id: 'm2', MetricStat: stat(300), ReturnData: false }, { Id: 'e1', Expression: 'm1 + m2' }],
      'its metrics have different periods',
    ],
  ])('%s', (_, metrics, message) => {
    expect(() => mathOf(metrics)).toThrow(message);
  });
});

describe('a dashboard that could not be drawn stops start-up', () => {
  const dashboardOf = (widgets: object[]) =>
    planDashboard(resolved('AWS::CloudWatch::Dashboard', { DashboardBody: JSON.stringify({ widgets }) }));
  const metric = (metrics: unknown[]) => ({ type: 'metric', properties: { metrics } });
  const row = ['Waybill', 'SlotDrift', 'Stage', 'local'];

  test('the twin that can', () => {
    expect(dashboardOf([metric([row])]).widgets).toMatchObject([
      { kind: 'metric', width: 6, queries: [{ label: 'SlotDrift', source: { periodSeconds: 300 } }] },
    ]);
  });

  test.each([
    ['a widget of logs', { type: 'log', properties: {} }, 'DashboardBody'],
    ['an unknown view', { type: 'metric', properties: { view: 'pie', metrics: [row] } }, 'DashboardBody'],
    ['an unknown option', metric([[...row, { accountId: '1' }]]), 'DashboardBody'],
    ['shorthand', metric([row, ['.', 'Retries', '.', '.']]), '"." for the row above is not known here'],
    ['an unknown function', metric([[{ expression: "SEARCH('x', 'Sum')" }]]), 'widgets.0: not known here'],
  ])('%s', (_, widget, message) => {
    expect(() => dashboardOf([widget])).toThrow(TemplateError);
    expect(() => dashboardOf([widget])).toThrow(message);
  });

  test('what is no JSON', () => {
    expect(() => planDashboard(resolved('AWS::CloudWatch::Dashboard', { DashboardBody: '{' }))).toThrow(TemplateError);
  });
});
