import { describe, expect, test } from 'vitest';
import { parameterSummary } from '../../../web/src/export/parameter-summary.ts';
import { exportView } from '../support/export-views.ts';
import { reportView } from '../support/report-views.ts';

const column = (name: string, byDefault: boolean) => ({ name, header: name, type: 'text' as const, byDefault });

const report = reportView({
  columns: [column('orderNumber', true), column('total', true), column('note', false)],
  filters: {
    type: 'object',
    properties: {
      event: { title: 'Event', type: 'string' },
      placedFrom: { title: 'Placed from', type: 'string', format: 'date' },
      placedTo: { title: 'Placed to', type: 'string', format: 'date' },
      placed: { title: 'Placed', type: 'string', dateRange: { from: 'placedFrom', to: 'placedTo' } },
      shippedOn: { title: 'Shipped on', type: 'string', format: 'date' },
      status: { title: 'Status', type: 'array' },
      minimum: { title: 'Minimum', type: 'number' },
      giftsOnly: { title: 'Gifts only', type: 'boolean' },
      schema: { title: 'Fields', type: 'array' },
    },
  },
  choices: ['event'],
});

const noLabels = () => undefined;

function summary(
  filters: Record<string, never> | object,
  label: (filter: string, value: string) => string | undefined = noLabels,
) {
  return parameterSummary(exportView({ filters: filters as never }), report, label);
}

describe('what an export is of', () => {
  test('nothing but the format without filters', () => {
    expect(summary({})).toEqual(['CSV']);
  });

  test('first and last day are one period', () => {
    const [range, format] = summary({ placedFrom: '2025-01-01', placedTo: '2025-01-31' });
    expect(range).toMatch(/^Placed: .*1.*31.*2025$/);
    expect(format).toBe('CSV');
    expect(summary({ placedFrom: '2025-01-01' })[0]).toMatch(/^Placed: from .*2025$/);
    expect(summary({ placedTo: '2025-01-31' })[0]).toMatch(/^Placed: until .*2025$/);
  });

  test('a day is the day it says, in every time zone', () => {
    expect(summary({ shippedOn: '2025-06-01' })[0]).toMatch(/^Shipped on: .*1.*2025$/);
  });

  test('of many values the first two are named', () => {
    expect(summary({ status: ['paid', 'shipped'] })[0]).toBe('Status: paid, shipped');
    expect(summary({ status: ['paid', 'in_transit', 'lost', 'found'] })[0]).toBe('Status: paid, in transit +2');
  });

  test('numbers, and what is only said when it is so', () => {
    expect(summary({ minimum: 1000, giftsOnly: true })).toEqual([
      `Minimum: ${(1000).toLocaleString()}`,
      'Gifts only: yes',
      'CSV',
    ]);
    expect(summary({ giftsOnly: false })).toEqual(['CSV']);
  });

  test('of things that have no words, how many there are', () => {
    expect(summary({ schema: [{ name: 'a' }, { name: 'b' }] })[0]).toBe('Fields: 2');
  });

  test('a filter the report does not have any more keeps its name', () => {
    expect(summary({ region: 'north' })[0]).toBe('region: north');
  });

  test('a long text is cut', () => {
    expect(summary({ region: 'x'.repeat(100) })[0]).toBe(`region: ${'x'.repeat(39)}…`);
  });
});

describe('the account’s own things', () => {
  const scope = { filter: 'event', value: '1001' };
  const filters = { status: ['paid'], event: '1001' };

  test('are called by their names, and what it is about comes first', () => {
    const label = (filter: string) => (filter === 'event' ? 'Builders Day' : undefined);
    expect(parameterSummary(exportView({ filters, scope }), report, label)).toEqual([
      'Builders Day',
      'Status: paid',
      'CSV',
    ]);
  });

  test('go by their ids until the names are known', () => {
    expect(parameterSummary(exportView({ filters, scope }), report, noLabels)[0]).toBe('Event: 1001');
  });

  test('also without the report', () => {
    expect(parameterSummary(exportView({ filters, scope }), undefined, noLabels)).toEqual([
      'event: 1001',
      'status: paid',
      'CSV',
    ]);
  });
});

describe('the file', () => {
  test('compression, and a choice of columns', () => {
    const view = exportView({ compression: 'gzip', columns: ['note'] });
    expect(parameterSummary(view, report, noLabels)).toEqual(['CSV, gzip', '1 column']);
  });

  test('columns that come from the filters are no choice', () => {
    const depending = { ...report, columnsDependOnFilters: true };
    expect(parameterSummary(exportView({ columns: ['a', 'b'] }), depending, noLabels)).toEqual(['CSV']);
  });

  test('an export that was deleted says that', () => {
    expect(parameterSummary(exportView({ columns: [], status: 'expired' }), report, noLabels)).toEqual([
      'Deleted, with what was asked for',
    ]);
  });
});
