// @module-tag drawer

import { expect, test } from 'vitest';
import { columnHeaders, filterFacts, toldAbout } from '../../../web/src/detail/request-facts.ts';
import { reportView } from '../support/report-views.ts';

const report = reportView({
  columns: [{ name: 'orderId', header: 'Order ID', type: 'integer', byDefault: true }],
  filters: { properties: { placedFrom: { title: 'Placed from' }, status: { title: 'Status' } } },
});

const noLabel = () => undefined;

test("filters come in the schema's order, under its titles", () => {
  expect(filterFacts({ status: ['paid', 'shipped'], placedFrom: '2025-01-01' }, report, noLabel)).toEqual([
    { name: 'placedFrom', title: 'Placed from', value: 'Jan 1, 2025' },
    { name: 'status', title: 'Status', value: 'paid, shipped' },
  ]);
});

test('a filter that the report does not have (any more) goes by its name', () => {
  expect(filterFacts({ gift: true, minimum: 12 }, report, noLabel)).toEqual([
    { name: 'gift', title: 'gift', value: 'Yes' },
    { name: 'minimum', title: 'minimum', value: '12' },
  ]);
  expect(filterFacts({ fields: [{ name: 'city', type: 'text' }, { name: 'zip' }] }, report, noLabel)[0]?.value).toBe(
    'city, zip',
  );
  expect(filterFacts({ status: 'paid' }, undefined, noLabel)).toEqual([
    { name: 'status', title: 'status', value: 'paid' },
  ]);
});

test('things that the account has names for go by them', () => {
  const label = (filter: string, value: string) => (filter === 'status' && value === 'paid' ? 'Paid up' : undefined);
  expect(filterFacts({ status: ['paid', 'open'], placedFrom: '2025-01-01' }, report, label)).toMatchObject([
    { value: 'Jan 1, 2025' },
    { value: 'Paid up, open' },
  ]);
});

test('all who are told how it ends are named, but for whoever was erased', () => {
  const requestedBy = { userId: 'usr_ada', email: 'ada@acme.example', name: 'Ada' };
  const notify = ['mel@acme.example'];
  expect(toldAbout({ notifyRequester: true, requestedBy, notify })).toEqual(['ada@acme.example', 'mel@acme.example']);
  expect(toldAbout({ notifyRequester: false, requestedBy, notify: [] })).toEqual([]);
  const erased = { ...requestedBy, email: '', name: '' };
  expect(toldAbout({ notifyRequester: true, requestedBy: erased, notify })).toEqual(notify);
});

test('columns go by their headers, or by their names', () => {
  expect(columnHeaders(['orderId', 'gone'], report)).toEqual(['Order ID', 'gone']);
  expect(columnHeaders(['orderId'], undefined)).toEqual(['orderId']);
});
