import type { Expression, FunctionName, Operator } from './expression.ts';
import {
  aggregate,
  combine,
  fillWith,
  isSeries,
  mapSeries,
  mapValue,
  rateOf,
  type Series,
  type Value,
} from './time-series.ts';

/** What an expression is evaluated over. */
export interface MathContext {
  /** The metric or expression with an id. */
  valueOf(id: string): Value;
  /** All metrics of the request whose id contains `part`; expressions are not among them. */
  metrics(part: string): readonly Series[];
  /** The quota behind a usage metric. */
  serviceQuota(id: string): number;
  /** The start of each period, in epoch milliseconds, oldest first. */
  readonly times: readonly number[];
}

const operators: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
};

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Evaluates metric math. Data points that no number comes out for, such as those divided by zero, are dropped. */
export function evaluateExpression(expression: Expression, context: MathContext): Value {
  const evaluate = (each: Expression) => evaluateExpression(each, context);
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'id':
      return context.valueOf(expression.id);
    case 'list':
      return expression.items.map(evaluate).flatMap((value) => seriesOf(value, context.times));
    case 'negate':
      return mapValue(evaluate(expression.operand), (value) => -value);
    case 'binary':
      return combine(evaluate(expression.left), evaluate(expression.right), operators[expression.operator]);
    case 'call':
      return functions[expression.name](expression.parameters, evaluate, context);
    default:
      throw new Error(`"${expression.kind === 'text' ? expression.value : expression.word}" is no value`);
  }
}

type MathFunction = (
  parameters: readonly Expression[],
  evaluate: (expression: Expression) => Value,
  context: MathContext,
) => Value;

/** Of one series a number; of several, one series. */
function aggregating(ofValues: (values: readonly number[]) => number, missing?: number): MathFunction {
  return ([parameter = ZERO], evaluate) => aggregate(evaluate(parameter), ofValues, missing);
}

const ZERO: Expression = { kind: 'number', value: 0 };

const functions: Readonly<Record<FunctionName, MathFunction>> = {
  ABS: ([parameter = ZERO], evaluate) => mapValue(evaluate(parameter), Math.abs),
  AVG: aggregating((values) => sum(values) / values.length, 0),
  FILL: ([parameter = ZERO, filler = ZERO], evaluate, { times }) => {
    const how = filler.kind === 'word' ? filler.word : evaluate(filler);
    return mapSeries(evaluate(parameter), (series) => fillWith(series, how, times));
  },
  IF: ([condition = ZERO, yes = ZERO, no], evaluate) =>
    choose(evaluate(condition), evaluate(yes), no === undefined ? new Map() : evaluate(no)),
  MAX: aggregating((values) => Math.max(...values)),
  METRICS: ([part], _, context) => context.metrics(part?.kind === 'text' ? part.value : ''),
  MIN: aggregating((values) => Math.min(...values)),
  RATE: ([parameter = ZERO], evaluate) => mapSeries(evaluate(parameter), rateOf),
  SERVICE_QUOTA: ([parameter = ZERO], _, context) => {
    const quota = context.serviceQuota(parameter.kind === 'id' ? parameter.id : '');
    return new Map(context.times.map((time) => [time, quota]));
  },
  SUM: aggregating(sum),
};

/** For a series as the condition: a point for each of its points, of that time. */
function choose(condition: Value, yes: Value, no: Value): Value {
  if (typeof condition === 'number') return condition === 0 ? no : yes;
  return mapSeries(condition, (series) => {
    const chosen = [...series].flatMap(([time, value]): [number, number][] => {
      const from = value === 0 ? no : yes;
      const point = typeof from === 'number' ? from : isSeries(from) ? from.get(time) : undefined;
      return point === undefined ? [] : [[time, point]];
    });
    return new Map(chosen);
  });
}

/** A result as series: a number stands at every time. */
export function seriesOf(value: Value, times: readonly number[]): readonly Series[] {
  if (typeof value === 'number') return [new Map(Number.isFinite(value) ? times.map((time) => [time, value]) : [])];
  return isSeries(value) ? [value] : value;
}
