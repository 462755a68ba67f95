import { evaluateExpression, type MathContext, seriesOf } from './evaluate-expression.ts';
import { type Expression, ExpressionError, idsIn, parseExpression } from './expression.ts';
import type { MetricId } from './metric.ts';
import type { MetricStore } from './metric-store.ts';
import { serviceQuotaOf } from './service-quotas.ts';
import { type Statistic, statisticNamed } from './statistic.ts';
import type { Series, Value } from './time-series.ts';

/** One metric of a query. */
export interface MetricStat {
  readonly metric: MetricId;
  readonly statistic: Statistic;
  readonly periodSeconds: number;
}

/** A metric, or metric math over the others of its query. */
export interface MetricQuery {
  /** By which expressions name it. */
  readonly id: string;
  readonly label: string;
  readonly source: MetricStat | Expression;
  /** Whether it is part of the result, or only of other expressions. */
  readonly returnData: boolean;
}

/** A query as CloudFormation, dashboards and GetMetricData write it. */
export interface MetricQueryText {
  readonly id: string;
  readonly label?: string | undefined;
  readonly returnData: boolean;
  readonly expression?: string | undefined;
  readonly metricStat?:
    | { readonly metric: MetricId; readonly stat: string; readonly periodSeconds: number }
    | undefined;
}

/** Start and end are full minutes; the end is not part of it. */
export interface TimeSpan {
  readonly startMs: number;
  readonly endMs: number;
}

/** One line of a result. */
export interface QueryResult {
  readonly id: string;
  readonly label: string;
  readonly points: Series;
}

/**
 * Reads the metrics and expressions of one query together.
 * @throws ExpressionError for what could not be evaluated: it is told before it is needed
 */
export function readQueries(texts: readonly MetricQueryText[]): readonly MetricQuery[] {
  const queries = texts.map(({ id, label, returnData, expression, metricStat }): MetricQuery => {
    if (metricStat === undefined) {
      const source = parseExpression(expression ?? '');
      return { id, label: label ?? expression ?? id, source, returnData };
    }
    const { metric, stat, periodSeconds } = metricStat;
    const statistic = statisticNamed(stat);
    if (statistic === undefined) throw new ExpressionError(`statistic ${stat} is not known here`);
    if (periodSeconds <= 0 || periodSeconds % 60 !== 0) {
      throw new ExpressionError(`a period of ${periodSeconds} s is not known here: metrics are kept by the minute`);
    }
    return { id, label: label ?? metric.name, source: { metric, statistic, periodSeconds }, returnData };
  });
  for (const query of queries) checkReferences(query, queries, []);
  return queries;
}

function checkReferences(query: MetricQuery, all: readonly MetricQuery[], within: readonly string[]): void {
  if (within.includes(query.id)) throw new ExpressionError(`${query.id} refers to itself`);
  if (isMetricStat(query.source)) return;
  for (const id of idsIn(query.source)) {
    const referred = all.find((each) => each.id === id);
    if (referred === undefined) throw new ExpressionError(`there is no metric with the id ${id}`);
    checkReferences(referred, all, [...within, query.id]);
  }
  for (const id of quotasIn(query.source)) quotaOf(all, id);
}

/** The ids that SERVICE_QUOTA is asked for. */
function quotasIn(expression: Expression): readonly string[] {
  if (expression.kind === 'binary') return [expression.left, expression.right].flatMap(quotasIn);
  if (expression.kind === 'list') return expression.items.flatMap(quotasIn);
  if (expression.kind === 'negate') return quotasIn(expression.operand);
  if (expression.kind !== 'call') return [];
  return expression.name === 'SERVICE_QUOTA' ? idsIn(expression) : expression.parameters.flatMap(quotasIn);
}

function quotaOf(all: readonly MetricQuery[], id: string): number {
  const source = all.find((each) => each.id === id)?.source;
  const quota = source !== undefined && isMetricStat(source) ? serviceQuotaOf(source.metric) : undefined;
  if (quota === undefined) throw new ExpressionError(`${id} is no usage metric whose quota is known here`);
  return quota;
}

export function isMetricStat(source: MetricQuery['source']): source is MetricStat {
  return 'metric' in source;
}

/** The period by which a query's expressions have their points: the longest of its metrics. */
export function periodSecondsOf(queries: readonly MetricQuery[]): number {
  return Math.max(60, ...queries.map(({ source }) => (isMetricStat(source) ? source.periodSeconds : 0)));
}

/** Evaluates a query; periods are counted from the start of the time span. */
export function runQueries(
  queries: readonly MetricQuery[],
  span: TimeSpan,
  store: Pick<MetricStore, 'summary'>,
): readonly QueryResult[] {
  const times = timesIn(span, periodSecondsOf(queries));
  const known = new Map<string, Value>();
  const find = (id: string) => queries.find((query) => query.id === id);
  const context: MathContext = {
    times,
    valueOf(id) {
      const value = known.get(id) ?? evaluate(find(id));
      known.set(id, value);
      return value;
    },
    metrics: (part) =>
      queries.flatMap(({ id, source }) => (isMetricStat(source) && id.includes(part) ? [pointsOf(source)] : [])),
    serviceQuota: (id) => quotaOf(queries, id),
  };

  function evaluate(query: MetricQuery | undefined): Value {
    if (query === undefined) return new Map();
    return isMetricStat(query.source) ? pointsOf(query.source) : evaluateExpression(query.source, context);
  }

  function pointsOf({ metric, statistic, periodSeconds }: MetricStat): Series {
    const points = timesIn(span, periodSeconds).flatMap((time): [number, number][] => {
      const summary = store.summary(metric, time, time + periodSeconds * 1000);
      return summary === undefined ? [] : [[time, statistic(summary)]];
    });
    return new Map(points);
  }

  return queries
    .filter(({ returnData }) => returnData)
    .flatMap(({ id, label }) => seriesOf(context.valueOf(id), times).map((points) => ({ id, label, points })));
}

function timesIn({ startMs, endMs }: TimeSpan, periodSeconds: number): number[] {
  const count = Math.max(0, Math.ceil((endMs - startMs) / (periodSeconds * 1000)));
  return Array.from({ length: count }, (_, index) => startMs + index * periodSeconds * 1000);
}
