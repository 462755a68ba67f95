// @module-tag mistakes-in-reports

import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { checkReport, describeMistake, mistakesIn } from '../../../core/domain/check-report.ts';
import { defineReport, type Report } from '../../../core/domain/report.ts';
import { sql } from '../../../core/domain/sql.ts';

const good = defineReport({
  id: 'refunds',
  version: 1,
  title: 'Refunds',
  description: 'Refunds, one row each.',
  group: 'Sales',
  permission: 'reports:orders',
  filters: z.object({ reason: z.string() }).partial(),
  scope: 'reason',
  columns: {
    refundId: { header: 'Refund', type: 'integer' },
    amount: { header: 'Amount', type: 'decimal', precision: 20, scale: 6 },
    refundedAt: { header: 'Refunded at', type: 'timestamp' },
  },
  key: ['refundId'],
  formats: ['csv', 'pdf'],
  chart: { title: 'Refunds', kind: 'bars', x: 'refundedAt', y: 'amount' },
  source: {
    kind: 'postgres',
    accountColumn: 'accountId',
    query: () => sql`
      SELECT account_id AS "accountId", refund_id AS "refundId", amount, refunded_at AS "refundedAt" FROM refunds`,
  },
});

function mistakesOf(changes: Partial<Report>): string[] {
  return checkReport({ ...good, ...changes }).map(({ path, message }) => `${path.join('.')} ${message}`);
}

function source(query: string): Partial<Report> {
  return {
    source: { kind: 'postgres', accountColumn: 'accountId', query: () => ({ kind: 'sql', text: [query], values: [] }) },
  };
}

const { columns } = good as { columns: Exclude<Report['columns'], () => unknown> };

describe('a definition', () => {
  test('without a mistake', () => {
    expect(checkReport(good)).toEqual([]);
  });

  test.each<[string, Partial<Report>, RegExp]>([
    ['an id that is no part of a URL', { id: 'Re funds' }, /^id "Re funds" .* kebab-case/],
    ['a version that is no number of changes', { version: 0 }, /^version must be a whole number/],
    ['no title', { title: ' ' }, /^title is empty/],
    ['a format nobody can write', { formats: ['csv', 'doc' as never, 'pdf'] }, /^formats doc: choose from csv/],
    ['a format twice', { formats: ['csv', 'pdf', 'csv'] }, /^formats csv is there twice/],
    ['a scope that is no filter', { scope: 'event' }, /^scope there is no filter "event"/],
    [
      'a filter without a form',
      { filters: z.object({ reason: z.string(), day: z.custom<Date>(() => true) }).partial() },
      /^filters\.day cannot be shown as a form/,
    ],
    [
      'a header twice',
      { columns: { ...columns, refundedAt: { header: ' refund', type: 'timestamp' } } },
      /^columns\.refundedAt has the header of "refundId"/,
    ],
    [
      'no header',
      { columns: { ...columns, refundId: { header: '', type: 'integer' } } },
      /^columns\.refundId has no header/,
    ],
    [
      'an unknown type',
      { columns: { ...columns, refundId: { header: 'Refund', type: 'money' as never } } },
      /^columns\.refundId "money" is no column type/,
    ],
    [
      'more digits than a decimal has',
      { columns: { ...columns, amount: { header: 'Amount', type: 'decimal', precision: 40, scale: 2 } } },
      /^columns\.amount\.precision must be a whole number from 1 to 38/,
    ],
    [
      'a scale beyond the precision',
      { columns: { ...columns, amount: { header: 'Amount', type: 'decimal', precision: 4, scale: 5 } } },
      /^columns\.amount\.scale must be a whole number from 0 to 4/,
    ],
    [
      'an integer with no digits',
      { columns: { ...columns, refundId: { header: 'Refund', type: 'integer', digits: 0 } } },
      /^columns\.refundId\.digits/,
    ],
    [
      'nothing in the file by default',
      { columns: { refundId: { header: 'Refund', type: 'integer', byDefault: false } }, chart: undefined as never },
      /^columns no column is in the file/,
    ],
    ['a key that is no column', { key: ['id'] }, /^key there is no column "id"/],
    ['a key with a column twice', { key: ['refundId', 'refundId'] }, /^key names a column twice/],
    ['a chart nobody will see', { formats: ['csv'] }, /^chart is drawn in PDF files only/],
    ['a chart over nothing', { chart: { title: 'x', kind: 'bars', x: 'day' } }, /^chart\.x there is no column "day"/],
    [
      'a chart that adds up times',
      { chart: { title: 'x', kind: 'bars', x: 'refundId', y: 'refundedAt' } },
      /^chart\.y "refundedAt" is no number/,
    ],
    [
      'a query without the account',
      source('SELECT refund_id AS "refundId", amount, refunded_at AS "refundedAt" FROM refunds'),
      /^source\.accountColumn the query does not yield "accountId"/,
    ],
    [
      'a query without a column',
      source('SELECT account_id AS "accountId", refund_id AS "refundId", refunded_at AS "refundedAt" FROM refunds'),
      /^columns\.amount the query does not yield "amount"/,
    ],
  ])('%s', (_, changes, mistake) => {
    expect(mistakesOf(changes)).toEqual([expect.stringMatching(mistake)]);
  });

  test('a query that takes whatever there is cannot be judged', () => {
    expect(mistakesOf(source('SELECT r.* FROM refunds AS r'))).toEqual([]);
  });
});

test('a mistake is told with file and line', () => {
  const text = [
    "const scale = 'not this one: scale';",
    'export const refunds = defineReport({',
    "  id: 'refunds',",
    '  columns: {',
    "    fee: { header: 'Fee', type: 'decimal', precision: 9, scale: 2 },",
    "    amount: { header: 'Amount', type: 'decimal', precision: 4, scale: 5 },",
    '  },',
    '});',
  ].join('\n');
  const report = {
    ...good,
    columns: { ...columns, amount: { header: 'Amount', type: 'decimal', precision: 4, scale: 5 } },
  } as Report;
  expect(mistakesIn(report, text)).toEqual([
    'reports/refunds.ts:6: columns.amount.scale must be a whole number from 0 to 4',
  ]);
  expect(describeMistake(good, text, { path: ['source'], message: 'is missing' })).toBe(
    'reports/refunds.ts:2: source is missing',
  );
});
