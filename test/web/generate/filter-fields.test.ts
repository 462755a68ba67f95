// @module-tag form-from-schema

import { expect, test } from 'vitest';
import * as z from 'zod';
import { describeReport } from '../../../core/usecases/describe-report.ts';
import { catalog } from '../../../reports/index.ts';
import { type FilterField, namesOf } from '../../../web/src/generate/schema/filter-field.ts';
import { fieldsOf } from '../../../web/src/generate/schema/filter-fields.ts';
import { filledIn, filtersFrom } from '../../../web/src/generate/schema/filter-values.ts';
import type { Json, JsonSchema } from '../../../web/src/generate/schema/json-schema.ts';
import { examples } from '../../reports/examples.ts';

const reports = catalog.reports.map((report) => {
  const view = describeReport(report);
  return { id: view.id, report, fields: fieldsOf(view.filters as JsonSchema, view.choices) };
});

function fieldFor(schema: z.ZodType, choices: readonly string[] = []): FilterField | undefined {
  const object = z.toJSONSchema(z.object({ it: schema }), { io: 'input' });
  return fieldsOf(object as JsonSchema, choices)[0];
}

test.each(reports)('every filter of $id is part of one field, and none is left to JSON', ({ report, fields }) => {
  const names = fields.flatMap(namesOf);
  expect(names.toSorted()).toEqual(Object.keys(report.filters.shape).toSorted());
  expect(fields.filter(({ kind }) => kind === 'json')).toEqual([]);
});

test.each(reports)('the fields of $id have titles and descriptions', ({ fields }) => {
  for (const field of fields) {
    expect(field.title).not.toBe('');
    expect(field.description).toBeTypeOf('string');
  }
});

test.each(reports.filter(({ id }) => id in examples))(
  'the examples of $id come out of its form as they went in',
  ({ id, fields }) => {
    const example = examples[id];
    const requests = [
      example?.filters,
      ...(example?.narrowed.map(([filters]) => ({ ...example.filters, ...filters })) ?? []),
    ];
    for (const filters of requests as Record<string, Json>[]) {
      const { values, ignored } = filledIn(fields, filters);
      expect(ignored).toEqual([]);
      expect(filtersFrom(fields, values)).toMatchObject(filters);
    }
  },
);

test('what the API knows by default is in the form', () => {
  const fields = reports.find(({ id }) => id === 'activity-log')?.fields ?? [];
  expect(filtersFrom(fields, filledIn(fields, {}).values)).toEqual({ period: 'last_30_days' });
});

test('required fields come first', () => {
  const schema = z.toJSONSchema(z.object({ a: z.string().optional(), b: z.string() }));
  expect(fieldsOf(schema as JsonSchema).map(({ name, isRequired }) => [name, isRequired])).toEqual([
    ['b', true],
    ['a', false],
  ]);
});

test.each([
  ['text', z.string()],
  ['date', z.iso.date()],
  ['number', z.int().min(3)],
  ['boolean', z.boolean()],
  ['option', z.enum(['a', 'b'])],
  ['option', z.literal([1, 7, 30])],
  ['option', z.literal('csv')],
  ['options', z.array(z.enum(['a', 'b']))],
  ['texts', z.array(z.string())],
  ['list', z.array(z.object({ name: z.string() }))],
  ['list', z.array(z.union([z.object({ is: z.literal('a') }), z.object({ is: z.literal('b'), more: z.int() })]))],
  ['number', z.number().nullable()],
  ['json', z.unknown()],
  ['json', z.record(z.string(), z.int())],
  ['json', z.tuple([z.int(), z.string()])],
  ['json', z.union([z.int(), z.string()])],
  ['json', z.array(z.int())],
  ['json', z.object({ min: z.int() })],
  ['json', z.array(z.union([z.object({ a: z.string() }), z.object({ b: z.string() })]))],
] as const)('a %s field (%#)', (kind, schema) => {
  expect(fieldFor(schema)?.kind).toBe(kind);
});

test('the account’s own things are chosen, whatever text stands for them', () => {
  expect(fieldFor(z.string(), ['it'])).toMatchObject({ kind: 'choice', isSeveral: false });
  expect(fieldFor(z.array(z.string()).max(3), ['it'])).toMatchObject({ kind: 'choice', isSeveral: true, maxItems: 3 });
});

test('bounds that only say what a number can be are no bounds of the field', () => {
  expect(fieldFor(z.int())).toMatchObject({ minimum: undefined, maximum: undefined });
  expect(fieldFor(z.int().positive().lt(10))).toMatchObject({ minimum: 1, maximum: 9 });
});

test('what is nullable need not be filled in', () => {
  expect(fieldFor(z.string().nullable())).toMatchObject({ kind: 'text', isRequired: false, whenEmpty: null });
  expect(fieldFor(z.array(z.string()).nullish())).toMatchObject({ kind: 'texts', whenEmpty: undefined });
});

test('a field without a title is called by its name', () => {
  const schema = z.toJSONSchema(z.object({ ticketTypes: z.string(), last_7_days: z.string(), userID: z.string() }));
  expect(fieldsOf(schema as JsonSchema).map(({ title }) => title)).toEqual(['Ticket types', 'Last 7 days', 'User ID']);
});

test('a period whose days are no filters is one of a few words', () => {
  const schema = { type: 'object', properties: { when: { enum: ['today'], dateRange: { from: 'a', to: 'b' } } } };
  expect(fieldsOf(schema)).toMatchObject([{ kind: 'option', name: 'when' }]);
});
