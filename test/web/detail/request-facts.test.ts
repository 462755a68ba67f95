import { expect, test } from 'vitest';
import { columnHeaders, filterFacts } from '../../../web/src/detail/request-facts.ts';
import { reportView } from '../support/report-views.ts';

const report = reportView({
  columns: [{ name: 'orderId', header: 'Order ID', type: 'integer', byDefault: true }],
  filters: { properties: { placedFrom: { title: 'Placed from' }, status: { title: 'Status' } } },
});

test("filters come in the schema's order, under its titles", () => {
  expect(filterFacts({ status: ['paid', 'shipped'], placedFrom: '2025-01-01' }, report)).toEqual([
    { name: 'placedFrom', title: 'Placed from', value: 'Jan 1, 2025' },
    { name: 'status', title: 'Status', value: 'paid, shipped' },
  ]);
});

test('a filter that the report does not have (any more) goes by its name', () => {
  expect(filterFacts({ gift: true, minimum: 12 }, report)).toEqual([
    { name: 'gift', title: 'gift', value: 'Yes' },
    { name: 'minimum', title: 'minimum', value: '12' },
  ]);
  expect(filterFacts({ fields: [{ name: 'city', type: 'text' }, { name: 'zip' }] }, report)[0]?.value).toBe(
    'city, zip',
  );
  expect(filterFacts({ status: 'paid' }, undefined)).toEqual([{ name: 'status', title: 'status', value: 'paid' }]);
});

test('columns go by their headers, or by their names', () => {
  expect(columnHeaders(['orderId', 'gone'], report)).toEqual(['Order ID', 'gone']);
  expect(columnHeaders(['orderId'], undefined)).toEqual(['orderId']);
});
