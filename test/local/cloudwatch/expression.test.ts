// @module-tag unknown-alarms

import { expect, test } from 'vitest';
import { evaluateExpression, type MathContext, seriesOf } from '../../../local/cloudwatch/evaluate-expression.ts';
import { ExpressionError, parseExpression } from '../../../local/cloudwatch/expression.ts';
import type { Series } from '../../../local/cloudwatch/time-series.ts';

const MINUTE = 60_000;
const times = [0, MINUTE, 2 * MINUTE, 3 * MINUTE];

/** One value for each time; undefined where there is none. */
const series = (...values: (number | undefined)[]): Series =>
  new Map(values.flatMap((value, index) => (value === undefined ? [] : [[index * MINUTE, value]])));

const metrics: Readonly<Record<string, Series>> = {
  m1: series(30, 20, 0, 0),
  m2: series(20, undefined, 20, undefined),
  errors: series(1, undefined, undefined, 4),
  none: series(),
};

const context: MathContext = {
  times,
  valueOf: (id) => metrics[id] ?? series(),
  metrics: (part) => Object.entries(metrics).flatMap(([id, points]) => (id.includes(part) ? [points] : [])),
  serviceQuota: () => 6,
};

function evaluate(text: string): (number | undefined)[][] {
  const value = evaluateExpression(parseExpression(text), context);
  return seriesOf(value, times).map((points) => times.map((time) => points.get(time)));
}

const _ = undefined;

test.each<[string, (number | undefined)[]]>([
  ['1 + 2 * 3', [7, 7, 7, 7]],
  ['(1 + 2) * 3', [9, 9, 9, 9]],
  ['8 / 4 / 2', [1, 1, 1, 1]],
  ['10 - 3 - 2', [5, 5, 5, 5]],
  ['1 + 1 >= 2', [1, 1, 1, 1]],
  ['-m1 + 1.5', [-28.5, -18.5, 1.5, 1.5]],
  ['m1 + m2', [50, 20, 20, 0]],
  ['m1 / m2', [1.5, _, 0, _]],
  ['m1 < m2', [0, 0, 1, 0]],
  ['m1 >= 30', [1, 0, 0, 0]],
  ['m1 == 0', [0, 0, 1, 1]],
  ['m1 != 0', [1, 1, 0, 0]],
  ['m1 <= 20', [0, 1, 1, 1]],
  ['100 * errors / (errors + m1)', [100 / 31, 0, _, 100]],
  ['ABS(-m1)', [30, 20, 0, 0]],
  ['MAX(m1)', [30, 30, 30, 30]],
  ['MIN(m1)', [0, 0, 0, 0]],
  ['SUM(m2)', [40, 40, 40, 40]],
  ['AVG(m2)', [20, 20, 20, 20]],
  ['MAX(none)', [_, _, _, _]],
  ['MAX([m1, m2])', [30, 20, 20, 0]],
  ['MIN([m1, m2])', [20, 20, 0, 0]],
  ['SUM([m1, m2])', [50, 20, 20, 0]],
  ['AVG([m1, m2])', [25, 10, 10, 0]],
  ['SUM(METRICS("m"))', [50, 20, 20, 0]],
  ['SUM(METRICS("err"))', [1, _, _, 4]],
  ['FILL(m2, 0)', [20, 0, 20, 0]],
  ['FILL(none, 0)', [0, 0, 0, 0]],
  ['FILL(errors, REPEAT)', [1, 1, 1, 4]],
  ['FILL(errors, LINEAR)', [1, 2, 3, 4]],
  ['FILL(errors, m1)', [1, 20, 0, 4]],
  ['IF(m1 > 15, m1, 0)', [30, 20, 0, 0]],
  ['IF(m1 > 15, m2)', [20, _, _, _]],
  ['IF(1, m1, m2)', [30, 20, 0, 0]],
  ['RATE(errors)', [_, _, _, 3 / 180]],
  ['m1 / SERVICE_QUOTA(m1) * 100', [500, 2000 / 6, 0, 0]],
])('%s', (text, expected) => {
  const [result = []] = evaluate(text);
  expect(result.map((value) => value ?? null)).toEqual(
    expected.map((value) => (value === undefined ? null : expect.closeTo(value, 9))),
  );
});

test('several series stay several', () => {
  expect(evaluate('[m1, m2] * 2')).toEqual([
    [60, 40, 0, 0],
    [40, _, 40, _],
  ]);
});

test.each([
  ['m1 ^ 2', 'not known here: ^ 2'],
  ['m1 AND m2', '"AND" where the end should be'],
  ['ANOMALY_DETECTION_BAND(m1)', 'function ANOMALY_DETECTION_BAND is not known here'],
  ["SEARCH('x', 'Sum', 60)", 'not known here'],
  ['M1 + 1', 'M1 is not known here'],
  ['m1 +', '"the end" where a value should be'],
  ['(m1', 'the end'],
  ['IF(m1)', 'IF takes 2 to 3 parameters, not 1'],
  ['SERVICE_QUOTA(m1 + 1)', 'SERVICE_QUOTA takes the id of a metric'],
  ['', '"the end" where a value should be'],
])('%s is refused', (text, message) => {
  expect(() => parseExpression(text)).toThrow(ExpressionError);
  expect(() => parseExpression(text)).toThrow(message);
});
