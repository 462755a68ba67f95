import {
  GraphWidget,
  GraphWidgetView,
  type HorizontalAnnotation,
  type IMetric,
  type IWidget,
  type Metric,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmName } from '../../../core/contract/alarms.ts';
import type { Deployment } from '../../deployment.ts';
import { MINUTE } from '../waybill-metric.ts';

/** A row is 24 columns wide: a note of 4, and four charts of 5. */
const NOTE_WIDTH = 4;
const CHART_WIDTH = 5;
const HEIGHT = 6;

interface ChartProps {
  /** What is seen, with its unit. */
  readonly title: string;
  readonly lines: readonly IMetric[];
  /** One that is another magnitude has its axis on the right. */
  readonly right?: readonly IMetric[];
  /** Where alarms are, and caps. */
  readonly marks?: readonly HorizontalAnnotation[];
  /** @default 5 */
  readonly width?: number;
}

/** Lines by the minute, from zero up. */
export function chart({ title, lines, right = [], marks = [], width = CHART_WIDTH }: ChartProps): IWidget {
  return new GraphWidget({
    title,
    view: GraphWidgetView.TIME_SERIES,
    left: [...lines],
    right: [...right],
    leftAnnotations: [...marks],
    leftYAxis: { min: 0 },
    period: MINUTE,
    width,
    height: HEIGHT,
  });
}

/** Two lines: what one of two stays below, and what all but one of twenty do. */
export function halfAndMost(metricOf: (statistic: 'p50' | 'p95') => Metric): IMetric[] {
  return [metricOf('p50').with({ label: 'half' }), metricOf('p95').with({ label: '19 of 20' })];
}

/** What a row tells, and the alarms that go with it, each linked to what to do. */
export function note({ config }: Deployment, title: string, text: string, alarms: readonly AlarmName[]): IWidget {
  const links = alarms.map((name) => `- [${name}](${config.runbookUrl}#${name})`);
  return new TextWidget({
    markdown: [`## ${title}`, text, ...links].join('\n'),
    width: NOTE_WIDTH,
    height: HEIGHT,
  });
}
