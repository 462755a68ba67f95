// @module-tag form-from-schema

import { expect, test } from 'vitest';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import { findReport } from '../../../core/domain/catalog.ts';
import { describeReport } from '../../../core/usecases/describe-report.ts';
import { catalog } from '../../../reports/index.ts';
import { languageTags } from '../../../web/src/generate/form/browser-surroundings.ts';
import { moved, pickedColumns, pickedFrom } from '../../../web/src/generate/form/column-order.ts';
import { emptyForm, exportBody, type FormValues, formIssues } from '../../../web/src/generate/form/form-values.ts';
import { controlsOf, inSentences, placeIssues } from '../../../web/src/generate/form/placed-issues.ts';
import { prefill } from '../../../web/src/generate/form/prefill.ts';
import { fieldsOf } from '../../../web/src/generate/schema/filter-fields.ts';
import type { Json, JsonSchema } from '../../../web/src/generate/schema/json-schema.ts';

const surroundings = { timeZone: 'Europe/Berlin', locale: 'de-DE' };

function formFor(reportId: string) {
  const found = findReport(catalog, reportId);
  if (found === undefined) throw new Error(`there is no report ${reportId}`);
  const report = describeReport(found);
  const fields = fieldsOf(report.filters as JsonSchema, report.choices);
  return { report, fields, form: emptyForm(report, fields, surroundings) };
}

const { report, fields, form } = formFor('orders');

function prefilled(
  from: { filters?: Record<string, Json>; source?: Partial<ExportView>; eventId?: string },
  id = 'orders',
) {
  const { report: described, fields: own } = formFor(id);
  const link = { filters: from.filters, isGarbled: false };
  const source = from.source && ({ ...exportOf(id), ...from.source } as ExportView);
  return prefill(described, own, { link, source, eventId: from.eventId, surroundings });
}

function exportOf(id: string): Partial<ExportView> {
  return {
    report: { id, title: id, version: 1 },
    filters: {},
    columns: ['orderNumber', 'total'],
    format: 'ndjson',
    compression: 'gzip',
    dialect: 'rfc4180',
    locale: 'en',
    timeZone: 'Asia/Tokyo',
    neutralizeFormulas: true,
    partFiles: false,
    notifyRequester: true,
    notify: [],
  };
}

test('an untouched form asks for the report as it is by itself', () => {
  expect(exportBody(report, fields, form)).toEqual({
    report: 'orders',
    format: 'csv',
    filters: {},
    timeZone: 'Europe/Berlin',
    dialect: 'rfc4180',
    neutralizeFormulas: true,
    notifyRequester: true,
  });
});

test.each<[Partial<FormValues>, readonly string[]]>([
  [
    { format: 'csv', dialect: 'excel', compression: 'zstd' },
    ['compression', 'dialect', 'locale', 'neutralizeFormulas'],
  ],
  [{ format: 'json', dialect: 'excel', compression: 'zstd' }, ['compression']],
  [{ format: 'xlsx', dialect: 'excel', compression: 'zstd' }, []],
])('choices that do not matter for the format are left out: %j', (change, names) => {
  const body = exportBody(report, fields, { ...form, ...change });
  const optional = ['compression', 'dialect', 'locale', 'neutralizeFormulas'];
  expect(optional.filter((name) => name in body)).toEqual(names);
});

test('several files are spoken of only where they are not as is usual with the format', () => {
  const asked = (change: Partial<FormValues>) => exportBody(report, fields, { ...form, ...change }).partFiles;
  expect(asked({ format: 'parquet' })).toBeUndefined();
  expect(asked({ format: 'parquet', partFiles: false })).toBe(false);
  expect(asked({ format: 'csv', partFiles: true })).toBe(true);
  expect(asked({ format: 'xlsx', partFiles: true })).toBeUndefined();
  const repeated = (format: ExportView['format'], partFiles: boolean) =>
    prefilled({ source: { format, partFiles, compression: 'none' } }).values.partFiles;
  expect([repeated('parquet', true), repeated('csv', false)]).toEqual([undefined, undefined]);
  expect([repeated('parquet', false), repeated('csv', true)]).toEqual([false, true]);
});

test('columns are named only when they differ from the report’s own', () => {
  const own = pickedColumns(report.columns, undefined);
  expect(exportBody(report, fields, { ...form, columns: own })).not.toHaveProperty('columns');
  expect(exportBody(report, fields, { ...form, columns: moved(own, 0, 1) }).columns?.slice(0, 2)).toEqual([
    'orderNumber',
    'orderId',
  ]);
});

test('a file without columns, and too many recipients, are mistakes', () => {
  const none = report.columns.map(({ name }) => ({ name, isChosen: false }));
  const notify = Array.from({ length: 11 }, (_, index) => `m${index}@acme.example`);
  expect(formIssues(fields, { ...form, columns: none, notify }).map(({ pointer }) => pointer)).toEqual([
    '/columns',
    '/notify',
  ]);
});

test('columns that have come since stand last and are not chosen; those that are gone are left out', () => {
  const known = ['a', 'b', 'c'].map((name) => ({ name, header: name, byDefault: true }));
  expect(
    pickedColumns(known, [
      { name: 'b', isChosen: true },
      { name: 'x', isChosen: true },
    ]),
  ).toEqual([
    { name: 'b', isChosen: true },
    { name: 'a', isChosen: false },
    { name: 'c', isChosen: false },
  ]);
  expect(pickedFrom([], ['b'])).toEqual([{ name: 'b', isChosen: true }]);
});

test('an item at an end of a list stays there', () => {
  expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3]);
  expect(moved([1, 2, 3], 2, 1)).toEqual([1, 2, 3]);
  expect(moved([1, 2, 3], 2, -1)).toEqual([1, 3, 2]);
});

test('an earlier export fills in its whole request', () => {
  const filters = { placedFrom: '2026-01-01', status: ['paid'] };
  const notify = ['mel@acme.example'];
  const { values, toNarrow } = prefilled({
    source: {
      filters,
      note: 'for the board',
      notifyRequester: false,
      notify,
      format: 'csv',
      neutralizeFormulas: false,
    },
  });
  expect(exportBody(report, fields, values)).toEqual({
    report: 'orders',
    format: 'csv',
    filters,
    columns: ['orderNumber', 'total'],
    compression: 'gzip',
    dialect: 'rfc4180',
    neutralizeFormulas: false,
    timeZone: 'Asia/Tokyo',
    notifyRequester: false,
    notify,
    note: 'for the board',
  });
  expect(toNarrow).toEqual([]);
});

test('of an export that was too large the form names the filters to narrow', () => {
  const failure = { code: 'too_large', message: 'Too large.', retryable: false, narrowerFilters: true };
  const { notes, toNarrow } = prefilled({ source: { failure } });
  expect(toNarrow).toEqual(['placed']);
  expect(notes).toEqual(['Too large. Narrow it down with Placed.']);
});

test('filters of the link go before those of the earlier export; a period does not meet its days', () => {
  const source = { filters: { placedFrom: '2026-01-01', placedTo: '2026-01-31', customer: '5' } };
  const { values } = prefilled({ source, filters: { placed: 'last_month' } });
  expect(exportBody(report, fields, values).filters).toEqual({ placed: 'last_month', customer: '5' });
});

test('in an event’s center the event is filled in, where the report is about one', () => {
  expect(prefilled({ eventId: '1002', filters: { event: '1001' } }, 'check-in').values.filters).toMatchObject({
    event: '1002',
  });
  expect(prefilled({ eventId: '1002' }).values.filters).not.toHaveProperty('event');
});

test('mistakes stand beside the nearest control, in the order of the form; the rest on top', () => {
  const { byControl, others } = placeIssues(
    [
      { pointer: '/columns/3', message: 'third' },
      { pointer: '/filters/placedTo', message: 'second' },
      { pointer: '/filters/placed', message: 'first' },
      { pointer: '/filters/placed', message: 'hidden by the first' },
      { pointer: '/filters/unknown', message: 'on top' },
      { pointer: '/locale', message: 'has no control now' },
    ],
    controlsOf(fields, form),
  );
  expect([...byControl]).toEqual([
    ['/filters/placed', 'first'],
    ['/filters/placedTo', 'second'],
    ['/columns', 'third'],
  ]);
  expect(others.map(({ pointer }) => pointer)).toEqual(['/filters/unknown', '/locale']);
});

test('a mistake within an item of a list stands beside its member', () => {
  const { fields: own } = formFor('generated-test-data');
  const { values } = prefilled({ filters: { schema: [{ type: 'uuid', name: 'a' }] } }, 'generated-test-data');
  const controls = controlsOf(own, values);
  const pointers = ['/filters/schema/0/name', '/filters/schema/0/nowhere', '/filters/schema'];
  const { byControl } = placeIssues(
    pointers.map((pointer) => ({ pointer, message: pointer })),
    controls,
  );
  expect([...byControl]).toEqual([
    ['/filters/schema', '/filters/schema/0/nowhere'],
    ['/filters/schema/0/name', '/filters/schema/0/name'],
  ]);
});

test('of several recipients the mistake names the one it means', () => {
  const issues = [
    { pointer: '/notify/1', message: 'is not a member' },
    { pointer: '/format', message: 'is not offered' },
  ];
  expect(inSentences(issues, ['a@x.example', 'b@x.example']).map(({ message }) => message)).toEqual([
    'b@x.example is not a member',
    'Is not offered',
  ]);
});

test('what a browser calls a language is taken only if it is a language tag', () => {
  expect(languageTags(['en-US@posix', 'C', 'de-CH', ''])).toEqual(['de-CH']);
});
