import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { visibleReports } from '../../core/domain/catalog.ts';
import type { Membership, Role } from '../../core/domain/permissions.ts';
import { columnsOf, type Report } from '../../core/domain/report.ts';
import { catalog } from '../../reports/index.ts';

const eventReports = [
  ...['guest-list', 'registration-timeline', 'ticketing', 'ticket-block-utilization', 'check-in', 'attendance'],
  ...['sponsor-leads', 'email-deliverability'],
];

const cases = catalog.reports.map((report) => [report.id, report] as const);

describe('each role sees its reports', () => {
  test.each<[Role, readonly string[], readonly string[]]>([
    ['viewer', eventReports, ['transactions', 'orders', 'activity-log']],
    ['member', [...eventReports, 'transactions'], ['orders', 'activity-log']],
    ['admin', [...eventReports, 'transactions', 'orders', 'activity-log'], []],
  ])('%s', (role, visible, hidden) => {
    const person: Membership = { accountId: 'acme', userId: 'u', email: 'u@acme.example', name: 'U', role };
    const ids = visibleReports(catalog, person).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([...visible]));
    for (const id of hidden) expect(ids).not.toContain(id);
  });
});

test.each(cases)('%s can be shown as a form: every filter has a title and a description', (_, report) => {
  const { properties = {} } = z.toJSONSchema(report.filters, { io: 'input' });
  expect(Object.keys(properties).length).toBeGreaterThan(0);
  for (const property of Object.values(properties)) {
    expect(property).toMatchObject({
      title: expect.stringMatching(/^[A-Z]/),
      description: expect.stringMatching(/\.$/),
    });
  }
});

/** Those whose columns do not depend on filters. */
const fixed = cases.filter(([, report]) => typeof report.columns !== 'function');

test.each(fixed)('%s has headings of its own, and choices for filters that it has', (_, report) => {
  const headers = Object.values(columnsOf(report, {})).map(({ header }) => header);
  expect(new Set(headers).size).toBe(headers.length);
  expect(Object.keys(report.filters.shape)).toEqual(expect.arrayContaining(Object.keys(report.choices ?? {})));
});

function reportOf(id: string): Report {
  const report = catalog.reports.find((each) => each.id === id);
  if (report === undefined) throw new Error(`There is no report ${id}`);
  return report;
}

test.each(eventReports)('%s is about one event, for print as well', (id) => {
  const report = reportOf(id);
  expect(report).toMatchObject({ scope: 'event', permission: 'reports:events', retentionDays: 30 });
  expect(report.formats).toEqual(['csv', 'xlsx', 'pdf', 'json']);
  expect(report.filters.safeParse({}).success).toBe(false);
  expect(report.filters.safeParse({ event: '1' }).success).toBe(true);
});

test.each(['check-in', 'attendance', 'registration-timeline'])('%s has a chart', (id) => {
  expect(reportOf(id).chart).toBeDefined();
});

test.each([
  ['orders', 7],
  ['transactions', 1],
])('%s may be large, in the formats of data', (id, retentionDays) => {
  expect(reportOf(id)).toMatchObject({ maxFileBytes: 5_000_000_000, retentionDays });
  expect(new Set(reportOf(id).formats)).toEqual(new Set(['csv', 'tsv', 'json', 'ndjson', 'parquet', 'xlsx']));
});

test.each([[{ event: '01' }], [{ event: "1' OR true" }], [{ event: 1001 }], [{ event: '9223372036854775808' }]])(
  'no event: %j',
  (filters) => {
    expect(reportOf('guest-list').filters.safeParse(filters).success).toBe(false);
  },
);
