// @module-tag alarms-ask-what-is-written
// @module-tag all-on-the-dashboard

import { describe, expect, it } from 'vitest';
import { alarmNames } from '../../../core/contract/alarms.ts';
import { metricCodes } from '../../../core/contract/metric-codes.ts';
import { METRIC_NAMESPACE, metrics } from '../../../core/contract/metrics.ts';
import { flatten, type Json, onlyResource, synthesize } from '../synthesize.ts';
import { whyNeverWritten } from './reviewed-metrics.ts';
import { type AskedMetric, type Chart, chartMetrics, chartsOf } from './template-metrics.ts';

const template = synthesize({ stage: 'dev' });
const asked = chartMetrics(template);
const charts = chartsOf(template);

/** Metrics of the contract that no chart draws. */
function undrawn(drawn: readonly AskedMetric[]): string[] {
  const names = drawn.filter(({ namespace }) => namespace === METRIC_NAMESPACE).map(({ name }) => name);
  return Object.keys(metrics).filter((name) => !names.includes(name));
}

/** Names that more than one line of a chart has; of a line without a label, CloudWatch shows the metric's. */
function linesAlike({ title, properties }: Pick<Chart, 'title' | 'properties'>): string[] {
  const shown = properties.metrics.filter((row: Json[]) => row.at(-1).visible !== false);
  const names = shown.map((row: Json[]) => row.at(-1).label ?? row.at(1));
  return names
    .filter((name: string, index: number) => names.indexOf(name) !== index)
    .map((name: string) => `${title}: ${name}`);
}

describe('the dashboard', () => {
  it('has a name that no other stage and region has', () => {
    const { DashboardName } = onlyResource(template, 'AWS::CloudWatch::Dashboard').Properties;
    expect(flatten(DashboardName)).toBe('Waybill-dev-<AWS::Region>');
  });

  it('is led to by an output', () => {
    const url = flatten(template.findOutputs('DashboardUrl').DashboardUrl?.Value);
    expect(url).toMatch(/^https:\/\/<AWS::Region>\.console\.aws\.amazon\.com\/.*\/Waybill-dev-<AWS::Region>$/);
  });

  it('draws every metric of the contract', () => {
    expect(undrawn(asked)).toEqual([]);
    expect(undrawn(asked.filter(({ name }) => name !== 'SupportSignals'))).toEqual(['SupportSignals']);
  });

  it('draws nothing that is never written', () => {
    expect(asked.flatMap((metric) => whyNeverWritten(metric) ?? [])).toEqual([]);
  });

  it.each(Object.entries(metricCodes))('has a line for each code of %s', (name, codes) => {
    const drawn = asked.filter((metric) => metric.name === name).flatMap(({ dimensions }) => dimensions.Code ?? []);
    expect(drawn).toEqual(codes);
  });

  it('has rows as wide as the page, each with a note of what it tells first', () => {
    const rows = Object.values(Object.groupBy(charts, ({ y }) => y)).map((row = []) =>
      row.toSorted((a, b) => a.x - b.x),
    );
    const titles = rows.map(([first]) => first?.properties.markdown?.split('\n')[0]);
    expect(titles).toEqual(
      ['Health', 'Queue', 'Workers', 'Failures', 'Access', 'Mail', 'Cost'].map((title) => `## ${title}`),
    );
    expect(rows.map((row) => row.reduce((sum, { width }) => sum + width, 0))).toEqual(rows.map(() => 24));
  });

  it('says of every chart what is seen, once', () => {
    const titles = charts.filter(({ type }) => type !== 'text').map(({ title }) => title);
    expect(titles.filter((title) => !title)).toEqual([]);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('tells the lines of a chart apart', () => {
    expect(charts.filter(({ type }) => type === 'metric').flatMap(linesAlike)).toEqual([]);
    const metrics = [
      ['AWS/ApiGateway', 'Latency', { stat: 'p50' }],
      ['AWS/ApiGateway', 'Latency', { stat: 'p95' }],
    ];
    expect(linesAlike({ title: 'Both', properties: { metrics } })).toEqual(['Both: Latency']);
  });

  it('is drawn by the minute, but for what SES works out by the hour', () => {
    const slower = asked.filter(({ periodSeconds }) => periodSeconds !== 60);
    expect([...new Set(slower.map(({ namespace }) => namespace))]).toEqual(['AWS/SES']);
  });

  it('shows all alarms, and leads to the runbook for each', () => {
    const [states] = charts.filter(({ type }) => type === 'alarm');
    expect(states?.properties.alarms).toHaveLength(alarmNames.length);
    const notes = charts.map(({ properties }) => properties.markdown ?? '').join('\n');
    expect(alarmNames.filter((name) => !notes.includes(`(docs/runbook.md#${name})`))).toEqual([]);
  });
});
