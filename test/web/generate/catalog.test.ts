// @module-tag form-from-schema

import { expect, test } from 'vitest';
import { groupReports, reportsOfCenter, searchReports } from '../../../web/src/generate/catalog/search-reports.ts';
import { rowsText } from '../../../web/src/generate/estimate/rows-text.ts';
import { readLink } from '../../../web/src/generate/generate-link.ts';
import { generatePath } from '../../../web/src/generate/generate-path.ts';

const reports = [
  { id: 'check-in', title: 'Check-in', description: 'Who came, by door.', group: 'Événements', scope: 'event' },
  { id: 'orders', title: 'Orders', description: 'All orders.', group: 'Sales' },
  { id: 'refunds', title: 'Refunds', description: 'Money back.', group: 'Sales' },
];

test.each([
  ['', ['check-in', 'orders', 'refunds']],
  ['ORD', ['orders']],
  ['evenements', ['check-in']],
  ['dôor', ['check-in']],
  ['sales money', ['refunds']],
  ['sales door', []],
])('the catalog searched for "%s"', (search, ids) => {
  expect(searchReports(reports, search).map(({ id }) => id)).toEqual(ids);
});

test('reports stand under their group, each heading once', () => {
  expect(groupReports(reports).map((group) => [group.name, group.reports.length])).toEqual([
    ['Événements', 1],
    ['Sales', 2],
  ]);
});

test('an event’s center has the reports about events', () => {
  expect(reportsOfCenter(reports, '1002').map(({ id }) => id)).toEqual(['check-in']);
  expect(reportsOfCenter(reports, undefined)).toEqual(reports);
});

test('a link to the form says what is filled in', () => {
  const path = generatePath({ type: 'orders', from: 'exp_1', filters: { status: ['paid'] } });
  const link = readLink(new URL(path, 'https://app.example').searchParams);
  expect(link).toEqual({ type: 'orders', from: 'exp_1', filters: { status: ['paid'] }, isGarbled: false });
});

test.each(['{', '[]', 'null', '"text"'])('filters that are no object are garbled: %s', (text) => {
  expect(readLink(new URLSearchParams({ filters: text }))).toMatchObject({ filters: undefined, isGarbled: true });
});

test.each([
  [{ rows: 1, exact: true }, /^1 row$/],
  [{ rows: 0, exact: true }, /^0 rows$/],
  [{ rows: 1_234_567, exact: false }, /^about 1.200.000 rows$/],
  [{ rows: 59_986, exact: false }, /^about 60.000 rows$/],
])('rows in words: %j', (estimate, words) => {
  expect(rowsText(estimate)).toMatch(words);
});
