import type { AlarmView, StateChange } from '../cloudwatch/alarms.ts';
import type { CloudWatch } from '../cloudwatch/cloudwatch.ts';
import { type AlarmState, comparisonOf } from '../cloudwatch/evaluate-alarm.ts';
import { periodSecondsOf } from '../cloudwatch/metric-query.ts';
import { MINUTE_MS, minuteOf } from '../cloudwatch/metric-store.ts';
import type { DashboardPlan, MetricWidget, TextWidget, Widget } from '../template/plan/dashboards.ts';

/** How much of the past the charts show. */
const SHOWN_MINUTES = 60;

/** One line of a chart: `[epoch milliseconds, value]`, oldest first. */
export interface LineView {
  readonly label: string;
  readonly points: readonly (readonly [number, number])[];
}

export interface ChartView extends Pick<MetricWidget, 'title' | 'view' | 'isStacked' | 'marks'> {
  readonly kind: 'metric';
  /** Of 24 columns. */
  readonly width: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly periodSeconds: number;
  readonly lines: readonly LineView[];
}

export interface AlarmRow {
  readonly name: string;
  readonly state: AlarmState;
  readonly sinceMs: number;
  /** `>= 300 for 1 of 1 periods of 60 s` */
  readonly condition: string;
  readonly reason: string;
  readonly description: string;
  readonly actions: readonly string[];
  readonly history: readonly StateChange[];
}

export type WidgetView =
  | Pick<TextWidget, 'kind' | 'markdown' | 'width'>
  | ChartView
  | { readonly kind: 'alarms'; readonly title: string; readonly width: number; readonly alarms: readonly AlarmRow[] };

/** The dashboards and alarms of the template, as they are now. */
export interface OpsView {
  readonly nowMs: number;
  readonly alarms: readonly AlarmRow[];
  readonly dashboards: readonly {
    readonly name: string;
    /** From top to bottom, each from left to right. */
    readonly rows: readonly (readonly WidgetView[])[];
  }[];
}

export interface OpsOptions {
  readonly cloudWatch: Pick<CloudWatch, 'alarms' | 'query'>;
  readonly dashboards: readonly DashboardPlan[];
  readonly clock: { now(): number };
}

const URGENCY: readonly AlarmState[] = ['ALARM', 'INSUFFICIENT_DATA', 'OK'];

export function opsView({ cloudWatch, dashboards, clock }: OpsOptions): OpsView {
  const nowMs = clock.now();
  const views = cloudWatch.alarms();
  const byUrgency = [...views].sort((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state));

  function viewOf(widget: Widget): WidgetView {
    const { width } = widget;
    switch (widget.kind) {
      case 'text':
        return { kind: 'text', markdown: widget.markdown, width };
      case 'alarms': {
        const alarms = views.filter(({ plan }) => widget.alarmArns.includes(plan.arn)).map(alarmRow);
        return { kind: 'alarms', title: widget.title, width, alarms };
      }
      case 'metric':
        return chartOf(widget);
    }
  }

  function chartOf({ title, view, isStacked, marks, width, queries }: MetricWidget): ChartView {
    const periodSeconds = periodSecondsOf(queries);
    const periodMs = periodSeconds * 1000;
    // Full periods, and the one that has just begun.
    const endMs = Math.floor(minuteOf(nowMs) / periodMs) * periodMs + periodMs;
    const startMs = endMs - Math.max(periodMs, SHOWN_MINUTES * MINUTE_MS);
    const results = cloudWatch.query(queries, { startMs, endMs });
    const lines = results.map(({ label, points }) => ({ label, points: [...points] }));
    return { kind: 'metric', title, view, isStacked, marks, width, startMs, endMs, periodSeconds, lines };
  }

  return {
    nowMs,
    alarms: byUrgency.map(alarmRow),
    dashboards: dashboards.map(({ name, widgets }) => ({
      name,
      rows: rowsOf(widgets).map((row) => row.map(viewOf)),
    })),
  };
}

function alarmRow({ plan, state, reason, since: sinceMs, history }: AlarmView): AlarmRow {
  const { name, description, datapointsToAlarm, evaluationPeriods, periodSeconds } = plan;
  const condition = `${comparisonOf(plan)} for ${datapointsToAlarm} of ${evaluationPeriods} periods of ${periodSeconds} s`;
  const actions = [...new Set([...plan.alarmActions, ...plan.okActions])];
  return { name, state, sinceMs, condition, reason, description, actions, history };
}

function rowsOf(widgets: readonly Widget[]): (readonly Widget[])[] {
  const rows = Map.groupBy(widgets, ({ y }) => y);
  return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row.toSorted((a, b) => a.x - b.x));
}
