import * as z from 'zod';
import { ExpressionError } from '../../cloudwatch/expression.ts';
import { type MetricQuery, type MetricQueryText, readQueries } from '../../cloudwatch/metric-query.ts';
import { irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { collectProblems, problem } from '../template-error.ts';

/** Where a widget stands, in cells of a grid of 24 columns. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface TextWidget extends Place {
  readonly kind: 'text';
  readonly markdown: string;
}

export interface MetricWidget extends Place {
  readonly kind: 'metric';
  readonly title: string;
  readonly view: 'timeSeries' | 'singleValue';
  readonly isStacked: boolean;
  readonly queries: readonly MetricQuery[];
  /** Horizontal lines, such as an alarm's threshold. */
  readonly marks: readonly { readonly label: string; readonly value: number }[];
}

export interface AlarmWidget extends Place {
  readonly kind: 'alarms';
  readonly title: string;
  readonly alarmArns: readonly string[];
}

export type Widget = TextWidget | MetricWidget | AlarmWidget;

export interface DashboardPlan {
  readonly logicalId: string;
  readonly name: string;
  readonly widgets: readonly Widget[];
}

const schema = z.strictObject({
  DashboardBody: text,
  DashboardName: irrelevant('read through the resource name'),
});

const look = irrelevant('how the console draws it');
const count = z.int().nonnegative();
const place = { x: count.default(0), y: count.default(0), width: count.default(6), height: count.default(6) };

const rowOptions = z.strictObject({
  id: text.optional(),
  label: text.optional(),
  expression: text.optional(),
  visible: z.boolean().default(true),
  stat: text.optional(),
  period: z.int().optional(),
  color: look,
  yAxis: look,
  region: look,
});
/** `[namespace, name, dimension, value, ..., {options}]`, or `[{expression}]`. */
const row = z.array(z.union([text, rowOptions]));

const textWidget = z.strictObject({
  type: z.literal('text'),
  ...place,
  properties: z.strictObject({ markdown: text, background: look }),
});

const metricWidget = z.strictObject({
  type: z.literal('metric'),
  ...place,
  properties: z.strictObject({
    title: text.default(''),
    view: z.enum(['timeSeries', 'singleValue']).default('timeSeries'),
    stacked: z.boolean().default(false),
    metrics: z.array(row).default([]),
    stat: text.default('Average'),
    period: z.int().default(300),
    annotations: z
      .strictObject({
        alarms: z.array(text).default([]),
        horizontal: z.array(z.looseObject({ label: text.default(''), value: z.number() })).default([]),
        vertical: look,
      })
      .prefault({}),
    ...{ region: look, yAxis: look, legend: look, liveData: look, sparkline: look, setPeriodToTimeRange: look },
    ...{ singleValueFullPrecision: look, start: look, end: look },
  }),
});

const alarmWidget = z.strictObject({
  type: z.literal('alarm'),
  ...place,
  properties: z.strictObject({ title: text.default(''), alarms: z.array(text), states: look, sortBy: look }),
});

const bodySchema = z.strictObject({
  widgets: z.array(z.discriminatedUnion('type', [textWidget, metricWidget, alarmWidget])),
  ...{ start: look, end: look, periodOverride: look, variables: look },
});

/**
 * Plans one `AWS::CloudWatch::Dashboard`.
 * @throws TemplateError
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function planDashboard(resource: ResolvedResource): DashboardPlan {
  const { logicalId } = resource;
  const body = bodySchema.safeParse(parseJson(readProperties(resource, schema).DashboardBody));
  if (!body.success) throw problem({ logicalId, path: 'DashboardBody' }, z.prettifyError(body.error));
  const numbered = body.data.widgets.map((widget, index) => ({ widget, path: `DashboardBody.widgets.${index}` }));
  const widgets = collectProblems(numbered, ({ widget, path }) => {
    try {
      return planWidget(widget);
    } catch (error) {
      if (error instanceof ExpressionError) throw problem({ logicalId, path }, error.message);
      throw error;
    }
  });
  return { logicalId, name: resource.ref(), widgets };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function planWidget({ type, properties, ...at }: z.output<typeof bodySchema>['widgets'][number]): Widget {
  switch (type) {
    case 'text':
      return { ...at, kind: 'text', markdown: properties.markdown };
    case 'alarm':
      return { ...at, kind: 'alarms', title: properties.title, alarmArns: properties.alarms };
    case 'metric': {
      const { title, view, stacked: isStacked, metrics, annotations } = properties;
      // What CDK calls an alarm widget: the console draws the alarm's own metric.
      if (metrics.length === 0) return { ...at, kind: 'alarms', title, alarmArns: annotations.alarms };
      const queries = readQueries(metrics.map((each, index) => queryOf(each, index, properties)));
      return { ...at, kind: 'metric', title, view, isStacked, queries, marks: annotations.horizontal };
    }
  }
}

function queryOf(
  parts: z.output<typeof row>,
  index: number,
  defaults: { readonly stat: string; readonly period: number },
): MetricQueryText {
  const names = parts.filter((part) => typeof part === 'string');
  const options = parts.find((part) => typeof part !== 'string');
  const { id = `row${index}`, label, expression, visible: returnData = true } = options ?? {};
  if (expression !== undefined) return { id, label, returnData, expression };
  const [namespace = '', name = '', ...pairs] = names;
  if (names.some((part) => /^\.+$/.test(part))) throw new ExpressionError('"." for the row above is not known here');
  const dimensions = Object.fromEntries(
    pairs.flatMap((dimension, at) => (at % 2 === 0 ? [[dimension, pairs[at + 1] ?? '']] : [])),
  );
  const { stat = defaults.stat, period: periodSeconds = defaults.period } = options ?? {};
  return { id, label, returnData, metricStat: { metric: { namespace, name, dimensions }, stat, periodSeconds } };
}
