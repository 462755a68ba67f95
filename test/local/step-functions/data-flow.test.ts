import { expect, test } from 'vitest';
import { type ChoiceRule, choiceRule, ruleHolds } from '../../../local/step-functions/choice-rule.ts';
import { evaluateIntrinsic, parseIntrinsic } from '../../../local/step-functions/intrinsic-functions.ts';
import type { Json } from '../../../local/step-functions/json.ts';
import { fillTemplate } from '../../../local/step-functions/payload-template.ts';
import { parsePath, readPath, writePath } from '../../../local/step-functions/reference-path.ts';

const DATA = { a: { b: [10, { c: 'x' }], 'with space': null }, 'ü-1': true };

test.for<[string, Json | undefined]>([
  ['$', DATA],
  ['$.a.b[0]', 10],
  ['$.a.b[1].c', 'x'],
  ["$.a['with space']", null],
  ['$["ü-1"]', true],
  ['$.ü-1', true],
  ['$.a.b[2]', undefined],
  ['$.a.b.length', undefined],
  ['$.a.toString', undefined],
  ['$$.Execution.Name', 'exp-1'],
])('%s is read', ([path, expected]) => {
  expect(readPath(path, DATA, { Execution: { Name: 'exp-1' } })).toEqual(expected);
});

test.for(['', 'a', '$a', '$.', '$..a', '$.a[*]', '$.a[-1]', '$.a[?(@.b)]', '$.a[0:2]', '$.a.length()'])(
  '%j is no reference path',
  (path) => {
    expect(() => parsePath(path)).toThrow('is no reference path');
  },
);

test.for<[string, Json, Json]>([
  ['$', { a: 1 }, 7],
  ['$.new.deep', { a: 1 }, { a: 1, new: { deep: 7 } }],
  ['$.a', { a: { gone: true }, b: 1 }, { a: 7, b: 1 }],
  ['$.list[1]', { list: [1, 2, 3] }, { list: [1, 7, 3] }],
])('%s is written into a copy', ([path, data, expected]) => {
  const before = structuredClone(data);
  expect(writePath(path, data, 7)).toEqual(expected);
  expect(data).toEqual(before);
});

test.for<[string, Json]>([
  ['$.a.b', { a: 1 }],
  ['$.a.b', { a: null }],
  ['$.a', [1]],
  ['$.list[3]', { list: [] }],
])('%s cannot be written into %j', ([path, data]) => {
  expect(() => writePath(path, data, 7)).toThrow('States.ResultPathMatchFailure');
});

test.for<[string, Json]>([
  ["States.Format('exports/{}/{}', $.id, 2)", 'exports/exp_1/2'],
  ["States.Format('it\\'s \\{\\} {}', null)", "it's {} null"],
  ['States.JsonToString($.list)', '[1,2,3]'],
  ['States.StringToJson(\'{"a":[1]}\')', { a: [1] }],
  ["States.Array($.id, States.MathAdd(1, $.n), true, 'a,b)')", ['exp_1', 6, true, 'a,b)']],
  ['States.ArrayLength($.list)', 3],
  ['States.ArrayGetItem($.list, 2)', 3],
  ['States.ArrayContains($.list, 2)', true],
  ['States.ArrayContains($.list, 4)', false],
])('%s is evaluated', ([text, expected]) => {
  expect(evaluateIntrinsic(text, { id: 'exp_1', n: 5, list: [1, 2, 3] }, {})).toEqual(expected);
});

test.for([
  'States.Format($.a',
  'States.Format($.a) x',
  'States.Nothing()',
  "'text'",
  'States.Array(1 2)',
  'length($.a)',
])('%s is refused before it runs', (text) => {
  expect(() => parseIntrinsic(text)).toThrow();
});

test.for([
  "States.Format('{}')",
  "States.Format('{}', 1, 2)",
  'States.ArrayLength($.id)',
  'States.JsonToString($.nowhere)',
])('%s fails as States.IntrinsicFailure', (text) => {
  expect(() => evaluateIntrinsic(text, { id: 'x' }, {})).toThrow('States.IntrinsicFailure');
});

test('a template fills fields at every depth and leaves the rest', () => {
  const template = { plain: '$.a', list: [{ 'x.$': '$.a' }], deep: { 'y.$': '$$.Map.Item.Index' } };
  expect(fillTemplate(template, { a: null }, { Map: { Item: { Index: 3 } } })).toEqual({
    plain: '$.a',
    list: [{ x: null }],
    deep: { y: 3 },
  });
});

test.for<[Record<string, unknown>, boolean]>([
  [{ Variable: '$.text', StringEquals: 'large' }, true],
  [{ Variable: '$.text', StringEqualsPath: '$.other' }, false],
  [{ Variable: '$.text', StringLessThan: 'm' }, true],
  [{ Variable: '$.text', StringMatches: 'l*e' }, true],
  [{ Variable: '$.text', StringMatches: 'l\\*e' }, false],
  [{ Variable: '$.text', StringMatches: 'l.rge' }, false],
  [{ Variable: '$.n', NumericGreaterThan: 10_000 }, true],
  [{ Variable: '$.n', NumericLessThanEqualsPath: '$.limit' }, true],
  [{ Variable: '$.n', NumericGreaterThanEquals: 10_002 }, false],
  [{ Variable: '$.text', NumericEquals: 0 }, false],
  [{ Variable: '$.yes', BooleanEquals: true }, true],
  [{ Variable: '$.yes', BooleanEqualsPath: '$.no' }, false],
  [{ Variable: '$.at', TimestampLessThan: '2026-01-01T01:00:00+02:00' }, false],
  [{ Variable: '$.at', TimestampEquals: '2026-01-01T02:00:00+02:00' }, true],
  [{ Variable: '$.nowhere', IsPresent: false }, true],
  [{ Variable: '$.nil', IsPresent: true }, true],
  [{ Variable: '$.nil', IsNull: true }, true],
  [{ Variable: '$.at', IsTimestamp: true }, true],
  [{ Variable: '$.text', IsTimestamp: true }, false],
  [{ Variable: '$.n', IsString: false }, true],
  [
    {
      And: [
        { Variable: '$.yes', BooleanEquals: true },
        { Variable: '$.n', IsNumeric: false },
      ],
    },
    false,
  ],
  [
    {
      Or: [
        { Variable: '$.yes', BooleanEquals: false },
        { Variable: '$.n', IsNumeric: true },
      ],
    },
    true,
  ],
  [{ Not: { Variable: '$.yes', BooleanEquals: true } }, false],
])('%j is %s', ([rule, expected]) => {
  const checked: ChoiceRule = choiceRule.parse(rule);
  const data = {
    text: 'large',
    other: 'larger',
    n: 10_001,
    limit: 10_001,
    yes: true,
    no: false,
    nil: null,
    at: '2026-01-01T00:00:00Z',
  };
  expect(ruleHolds(checked, data, {})).toBe(expected);
});

test('comparing what is not there is an error, not false', () => {
  const rule = choiceRule.parse({ Variable: '$.nowhere', StringEquals: 'x' });
  expect(() => ruleHolds(rule, {}, {})).toThrow('States.Runtime');
});
