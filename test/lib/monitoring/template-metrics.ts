import type { Template } from 'aws-cdk-lib/assertions';
import { flatten, type Json, resourcesOf } from '../synthesize.ts';

/** A metric that an alarm or a chart asks for. */
export interface AskedMetric {
  /** Who asks: the alarm's name or the chart's title. */
  readonly by: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly periodSeconds: number;
}

export interface Chart {
  readonly title: string;
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly properties: Json;
}

/** Alarms by name, as CloudFormation gets them. */
export function alarmsOf(template: Template): Readonly<Record<string, Json>> {
  const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
  return Object.fromEntries(alarms.map((alarm) => [alarm.AlarmName, alarm]));
}

export function alarmMetrics(template: Template): readonly AskedMetric[] {
  return Object.values(alarmsOf(template)).flatMap((alarm) => {
    const stats = (alarm.Metrics ?? []).flatMap(({ MetricStat }: Json) => MetricStat ?? []);
    const single = { Metric: alarm, Period: alarm.Period, Stat: alarm.Statistic ?? alarm.ExtendedStatistic };
    return (alarm.Metrics === undefined ? [single] : stats).map(({ Metric, Period, Stat }: Json) => ({
      by: alarm.AlarmName,
      namespace: Metric.Namespace,
      name: Metric.MetricName,
      dimensions: Object.fromEntries((Metric.Dimensions ?? []).map(({ Name, Value }: Json) => [Name, flatten(Value)])),
      statistic: Stat,
      periodSeconds: Period,
    }));
  });
}

/** The widgets of the one dashboard. */
export function chartsOf(template: Template): readonly Chart[] {
  const [dashboard] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
  const { widgets } = JSON.parse(flatten(dashboard.Properties.DashboardBody));
  return widgets.map((widget: Json) => ({ ...widget, title: widget.properties.title }));
}

export function chartMetrics(template: Template): readonly AskedMetric[] {
  const charts = chartsOf(template).filter(({ type }) => type === 'metric');
  return charts.flatMap(({ title, properties }) =>
    properties.metrics.flatMap((row: Json[]): AskedMetric[] => {
      const { stat = 'Average', period, expression } = row.at(-1);
      if (expression !== undefined) return [];
      const [namespace, name, ...rest] = row.slice(0, -1);
      const pairs = rest.flatMap((value, index) => (index % 2 === 0 ? [[value, rest[index + 1]]] : []));
      const dimensions = Object.fromEntries(pairs);
      return [{ by: title, namespace, name, dimensions, statistic: stat, periodSeconds: period }];
    }),
  );
}
