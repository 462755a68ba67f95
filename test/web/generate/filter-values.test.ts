// @module-tag form-from-schema

import { expect, test } from 'vitest';
import * as z from 'zod';
import { dateRange } from '../../../core/domain/date-range.ts';
import { issuesIn, soundFilters } from '../../../web/src/generate/schema/check-filters.ts';
import { fieldsOf } from '../../../web/src/generate/schema/filter-fields.ts';
import { CUSTOM_RANGE, emptyValues, filledIn, filtersFrom } from '../../../web/src/generate/schema/filter-values.ts';
import type { JsonSchema } from '../../../web/src/generate/schema/json-schema.ts';

function fieldsFrom(shape: z.ZodRawShape, choices: readonly string[] = []) {
  return fieldsOf(z.toJSONSchema(z.object(shape), { io: 'input' }) as JsonSchema, choices);
}

const range = fieldsFrom(dateRange('Placed'));
const defaulted = fieldsFrom(dateRange('Placed', { byDefault: 'last_month' }));

test('nothing filled in asks for nothing', () => {
  const fields = fieldsFrom({
    text: z.string().optional(),
    number: z.int().optional(),
    texts: z.array(z.string()).optional(),
    flag: z.boolean().optional(),
    any: z.unknown(),
    ...dateRange('Placed'),
  });
  expect(filtersFrom(fields, emptyValues(fields))).toEqual({});
});

test('a period and days are never sent together', () => {
  const days = { period: CUSTOM_RANGE, from: '2026-01-01', to: '' };
  expect(filtersFrom(range, days)).toEqual({ from: '2026-01-01' });
  expect(filtersFrom(range, { ...days, period: 'today' })).toEqual({ period: 'today' });
  expect(filtersFrom(range, { ...days, period: '' })).toEqual({});
});

test('days that are given put the period aside, also the one that is there by default', () => {
  expect(filledIn(defaulted, {}).values).toMatchObject({ period: 'last_month' });
  expect(filledIn(defaulted, { to: '2026-01-31' }).values).toEqual({
    period: CUSTOM_RANGE,
    from: '',
    to: '2026-01-31',
  });
});

test.each([
  [{ period: 'someday' }, ['period']],
  [{ from: '2026-13-01' }, ['from']],
  [{ from: 5, to: '2026-01-01' }, ['from']],
  [{ elsewhere: 1 }, ['elsewhere']],
])('what does not fit is told: %j', (filters, ignored) => {
  expect(filledIn(range, filters).ignored).toEqual(ignored);
});

test('values keep their types through the form', () => {
  const fields = fieldsFrom({
    days: z.literal([1, 7, 30]),
    limit: z.int(),
    flag: z.boolean(),
    ids: z.array(z.string()),
    free: z.record(z.string(), z.int()),
    when: z.iso.date(),
  });
  const filters = { days: 7, limit: 0, flag: false, ids: ['5'], free: { a: 1 }, when: '2026-01-01' };
  const { values, ignored } = filledIn(fields, filters);
  expect(ignored).toEqual([]);
  expect(filtersFrom(fields, values)).toEqual(filters);
});

test('the items of a list have the members of their kind only', () => {
  const fields = fieldsFrom({
    list: z.array(
      z.discriminatedUnion('type', [
        z.object({ type: z.literal('a'), size: z.int().default(3) }),
        z.object({ type: z.literal('b'), name: z.string() }),
      ]),
    ),
  });
  const { values, ignored } = filledIn(fields, { list: [{ type: 'a' }, { type: 'b', name: 'n' }] });
  expect(ignored).toEqual([]);
  expect(filtersFrom(fields, values)).toEqual({
    list: [
      { type: 'a', size: 3 },
      { type: 'b', name: 'n' },
    ],
  });
  expect(filledIn(fields, { list: [{ type: 'c' }] }).ignored).toEqual(['list']);
});

test('what is required is missing, until it is there', () => {
  const fields = fieldsFrom({ event: z.string() }, ['event']);
  expect(issuesIn(fields, { event: '' })).toMatchObject([{ pointer: '/filters/event', isMissing: true }]);
  expect(issuesIn(fields, { event: '1' })).toEqual([]);
});

test.each([
  [z.int().min(1).max(100), 0],
  [z.int().min(1).max(100), 101],
  [z.int(), 1.5],
  [z.number(), '-'],
  [z.string().min(3), 'ab'],
  [z.string().max(2), 'abc'],
  [z.array(z.enum(['a', 'b'])).max(1), ['a', 'b']],
  [z.record(z.string(), z.int()), '{'],
] as const)('a value out of bounds is wrong (%#)', (schema, value) => {
  expect(issuesIn(fieldsFrom({ it: schema }), { it: value })).toMatchObject([
    { pointer: '/filters/it', isMissing: false },
  ]);
});

test.each([
  [{ period: CUSTOM_RANGE, from: '2026-02-01', to: '2026-01-31' }, '/filters/to', false],
  [{ period: CUSTOM_RANGE, from: '', to: '' }, '/filters/from', true],
])('days that make no range (%#)', (values, pointer, isMissing) => {
  expect(issuesIn(range, values)).toMatchObject([{ pointer, isMissing }]);
});

test('one day alone is a range, and a period needs no days', () => {
  expect(issuesIn(range, { period: CUSTOM_RANGE, from: '2026-02-01', to: '' })).toEqual([]);
  expect(issuesIn(range, { period: 'today', from: '2026-02-02', to: '2026-02-01' })).toEqual([]);
});

test('mistakes within a list have the place of their member', () => {
  const fields = fieldsFrom({ list: z.array(z.object({ name: z.string(), size: z.int().max(5).optional() })) });
  const { values } = filledIn(fields, { list: [{ name: 'a' }, { name: '', size: 9 }] });
  expect(issuesIn(fields, values).map(({ pointer }) => pointer)).toEqual([
    '/filters/list/1/name',
    '/filters/list/1/size',
  ]);
});

test('choices are looked up with what is right only', () => {
  const fields = fieldsFrom(
    {
      event: z.string().regex(/^\d+$/),
      amount: z.string().regex(/^\d+$/).optional(),
      score: z.int().max(5).optional(),
    },
    ['event'],
  );
  expect(soundFilters(fields, { event: '12', amount: '1,5', score: 9 })).toEqual({ event: '12' });
  expect(soundFilters(fields, { event: '12', amount: '15', score: 1 })).toEqual({
    event: '12',
    amount: '15',
    score: 1,
  });
});
