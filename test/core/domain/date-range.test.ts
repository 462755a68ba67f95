// @module-tag relative-dates

import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { dateRange } from '../../../core/domain/date-range.ts';
import { freezeRequest, type RequestedRun } from '../../../core/domain/freeze-request.ts';
import { defineReport } from '../../../core/domain/report.ts';
import { sql } from '../../../core/domain/sql.ts';

const NOW = Date.parse('2026-03-31T23:30:00Z');

const filters = z.object({
  ...dateRange('Recorded'),
  ...dateRange('Shipped', { from: 'shippedFrom', to: 'shippedTo', period: 'shipped', byDefault: 'last_month' }),
  other: z.string().optional(),
});

function reportWith(schema: z.ZodObject) {
  return defineReport({
    id: 'parcels',
    version: 1,
    title: 'Parcels',
    description: '',
    group: '',
    permission: 'reports:events',
    filters: schema,
    columns: { id: { header: 'Id', type: 'integer' } },
    key: ['id'],
    formats: ['csv'],
    source: { kind: 'postgres', accountColumn: 'account', query: () => sql`SELECT 1` },
  });
}

function freeze(requested: Record<string, unknown>, { timeZone = 'UTC', schema = filters as z.ZodObject } = {}) {
  const run: RequestedRun = {
    format: 'csv',
    filters: requested,
    compression: 'none',
    dialect: 'rfc4180',
    locale: 'en',
    timeZone,
    neutralizeFormulas: true,
  };
  const frozen = freezeRequest(reportWith(schema), run, undefined, NOW);
  return frozen.ok ? frozen.snapshot.filters : frozen.issues;
}

/** What the range that has a default becomes while the request says nothing about it. */
const marchBefore = { shippedFrom: '2026-02-01', shippedTo: '2026-02-28' };

describe('a frozen request', () => {
  test('holds the days of a period and not its name', () => {
    expect(freeze({ period: 'this_month', other: 'x' })).toEqual({
      from: '2026-03-01',
      to: '2026-03-31',
      other: 'x',
      ...marchBefore,
    });
  });

  test('means the days of the file’s own time zone', () => {
    expect(freeze({ period: 'today' }, { timeZone: 'Europe/Berlin' })).toMatchObject({
      from: '2026-04-01',
      to: '2026-04-01',
      shippedFrom: '2026-03-01',
      shippedTo: '2026-03-31',
    });
    expect(freeze({ period: 'today' }, { timeZone: 'Pacific/Pago_Pago' })).toMatchObject({ from: '2026-03-31' });
  });

  test('keeps days as they were given, also one without the other', () => {
    expect(freeze({ from: '2026-01-02', to: '2026-01-02' })).toMatchObject({ from: '2026-01-02', to: '2026-01-02' });
    expect(freeze({ to: '2026-01-02' })).toEqual({ to: '2026-01-02', ...marchBefore });
    expect(freeze({})).toEqual(marchBefore);
  });

  test('has no period by default where days were asked for', () => {
    expect(freeze({ shippedFrom: '2020-01-01' })).toEqual({ shippedFrom: '2020-01-01' });
  });

  test('understands a period that the author made optional once more', () => {
    expect(freeze({ period: 'yesterday' }, { schema: filters.partial() })).toMatchObject({ from: '2026-03-30' });
  });
});

describe('mistakes are told with a pointer each', () => {
  test.each([
    ['a period beside days', { period: 'today', from: '2026-01-01' }, '/filters/period', 'from or to'],
    ['the same with other names', { shipped: 'today', shippedTo: '2026-01-01' }, '/filters/shipped', 'shippedTo'],
    ['an end before its beginning', { from: '2026-01-02', to: '2026-01-01' }, '/filters/to', 'from'],
    ['an unknown period', { period: 'tomorrow' }, '/filters/period', 'last_30_days'],
    ['a day that no calendar has', { from: '2026-02-29' }, '/filters/from', 'date'],
    ['a day before the calendar', { from: '0000-01-01' }, '/filters/from', 'year 1'],
    ['an instant', { to: '2026-02-28T00:00:00Z' }, '/filters/to', 'date'],
  ])('%s', (_, requested, pointer, words) => {
    expect(freeze(requested)).toEqual([{ pointer, message: expect.stringContaining(words) }]);
  });

  test('both ranges at once', () => {
    const requested = { period: 'today', to: '2026-01-01', shippedFrom: '2026-01-02', shippedTo: '2026-01-01' };
    expect(freeze(requested)).toMatchObject([{ pointer: '/filters/period' }, { pointer: '/filters/shippedTo' }]);
  });
});

test('the JSON Schema is one for a form', () => {
  const schema = z.toJSONSchema(filters, { io: 'input' });
  expect(schema.required).toBeUndefined();
  expect(schema.properties).toMatchObject({
    from: { type: 'string', format: 'date', title: 'Recorded from', description: expect.any(String) },
    to: { type: 'string', format: 'date', title: 'Recorded to', description: expect.any(String) },
    period: {
      type: 'string',
      enum: expect.arrayContaining(['today', 'last_month']),
      title: 'Recorded',
      description: expect.any(String),
      dateRange: { from: 'from', to: 'to' },
    },
    shipped: { default: 'last_month', dateRange: { from: 'shippedFrom', to: 'shippedTo' } },
  });
});
