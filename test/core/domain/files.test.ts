// @module-tag formulas

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteOrderMarkOf,
  decimalMarkOf,
  delimiterOf,
  formulaStarts,
  isDelimited,
  neutralizeFormula,
  skippedSpaces,
} from '../../../core/domain/delimited.ts';
import { attemptPrefix, exportPrefix, partFileKey } from '../../../core/domain/file-keys.ts';
import { contentTypeOf, fileNameOf, partFileNameOf } from '../../../core/domain/file-types.ts';
import { compressions, type Dialect, formats } from '../../../core/domain/report.ts';
import { exportId } from '../../support/exports.ts';

describe('file names', () => {
  const named = { reportId: 'orders', exportId: exportId(0xabcd1234), createdAt: Date.UTC(2026, 11, 31, 23, 59) };

  test.each([
    ['csv', 'none', 'orders-2026-12-31-abcd1234.csv', 'text/csv; charset=utf-8'],
    ['csv', 'gzip', 'orders-2026-12-31-abcd1234.csv.gz', 'application/gzip'],
    ['csv', 'zstd', 'orders-2026-12-31-abcd1234.csv.zst', 'application/zstd'],
    ['tsv', 'none', 'orders-2026-12-31-abcd1234.tsv', 'text/tab-separated-values; charset=utf-8'],
    ['tsv', 'gzip', 'orders-2026-12-31-abcd1234.tsv.gz', 'application/gzip'],
    ['tsv', 'zstd', 'orders-2026-12-31-abcd1234.tsv.zst', 'application/zstd'],
    ['json', 'none', 'orders-2026-12-31-abcd1234.json', 'application/json'],
    ['json', 'gzip', 'orders-2026-12-31-abcd1234.json.gz', 'application/gzip'],
    ['json', 'zstd', 'orders-2026-12-31-abcd1234.json.zst', 'application/zstd'],
    ['ndjson', 'none', 'orders-2026-12-31-abcd1234.ndjson', 'application/x-ndjson'],
    ['ndjson', 'gzip', 'orders-2026-12-31-abcd1234.ndjson.gz', 'application/gzip'],
    ['ndjson', 'zstd', 'orders-2026-12-31-abcd1234.ndjson.zst', 'application/zstd'],
    [
      'xlsx',
      'none',
      'orders-2026-12-31-abcd1234.xlsx',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ],
    ['parquet', 'none', 'orders-2026-12-31-abcd1234.parquet', 'application/vnd.apache.parquet'],
    ['pdf', 'none', 'orders-2026-12-31-abcd1234.pdf', 'application/pdf'],
  ] as const)('%s, %s', (format, compression, name, type) => {
    expect(fileNameOf({ ...named, format, compression })).toBe(name);
    expect(contentTypeOf({ format, compression })).toBe(type);
  });

  test('differ in extension for each format and compression', () => {
    const names = formats.flatMap((format) =>
      compressions.map((compression) => fileNameOf({ ...named, format, compression })),
    );
    expect(new Set(names).size).toBe(formats.length * compressions.length);
  });
});

describe('names of part files', () => {
  test.each([
    ['orders-2026-11-22-0190a1b2.parquet', 3, 16, 'orders-2026-11-22-0190a1b2-part-03-of-16.parquet'],
    ['orders-2026-11-22-0190a1b2.csv.gz', 9, 9, 'orders-2026-11-22-0190a1b2-part-9-of-9.csv.gz'],
    ['sales-by-day-2026-11-22-0190a1b2.ndjson', 1, 100, 'sales-by-day-2026-11-22-0190a1b2-part-001-of-100.ndjson'],
  ])('%s, %i of %i', (name, part, partFiles, expected) => {
    expect(partFileNameOf(name, part, partFiles)).toBe(expected);
  });

  test('sort in file order, and each is there once', () => {
    const names = Array.from({ length: 120 }, (_, index) => partFileNameOf('orders.tsv.zst', index + 1, 120));
    expect(names.toSorted()).toEqual(names);
    expect(new Set(names).size).toBe(120);
  });
});

describe('keys', () => {
  test('give every attempt of every worker a place of its own, below its export’s', () => {
    const ref = { accountId: 'acme', exportId: exportId(1) };
    const prefix = attemptPrefix(ref, 2, 'c-laim');
    expect(prefix).toBe(`exports/acme/${exportId(1)}/2-c-laim/`);
    expect(prefix.startsWith(exportPrefix(ref))).toBe(true);
    expect(attemptPrefix(ref, 2, 'other')).not.toBe(prefix);
    expect(attemptPrefix(ref, 1, 'c-laim')).not.toBe(prefix);
  });

  test('of part files are apart for each try, in file order, and below that of the attempt', () => {
    const place = attemptPrefix({ accountId: 'acme', exportId: exportId(1) }, 1, 'c-laim');
    const key = (slice: number, owner: string) => partFileKey(place, { slice, owner, extension: 'csv.gz' });
    expect(key(7, 'own-er')).toBe(`${place}part-00007-own-er.csv.gz`);
    expect(key(7, 'other')).not.toBe(key(7, 'own-er'));
    expect([key(10, 'a'), key(9, 'z'), key(999, 'b')].toSorted()).toEqual([key(9, 'z'), key(10, 'a'), key(999, 'b')]);
  });

  test('of one export are never below another’s', () => {
    const prefixes = [exportId(1), exportId(11), exportId(111)].map((id) =>
      exportPrefix({ accountId: 'a', exportId: id }),
    );
    for (const each of prefixes) expect(prefixes.filter((other) => other.startsWith(each))).toEqual([each]);
  });
});

describe('formulas', () => {
  test.each(formulaStarts)('text that starts with %j is neutralized, also behind white space', (start) => {
    for (const space of ['', ...skippedSpaces, '  ']) {
      const text = `${space}${start}1+1`;
      expect(neutralizeFormula(text)).toBe(`'${text}`);
    }
  });

  test.each(['', ' ', 'a=1', '1-1', "'=1", 'é+', '1', '“=1”', '👍=1'])('%j stays as it is', (text) => {
    expect(neutralizeFormula(text)).toBe(text);
  });

  test('at most one apostrophe is added, and nothing else changes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect([text, `'${text}`]).toContain(neutralizeFormula(text));
      }),
    );
  });
});

test('delimiters and marks', () => {
  const delimiters = (dialect: Dialect, locale: string) =>
    (['csv', 'tsv'] as const).map((format) => delimiterOf({ format, dialect, locale }));
  expect(delimiters('rfc4180', 'de-DE')).toEqual([',', '\t']);
  expect(delimiters('excel', 'en-GB')).toEqual([',', '\t']);
  expect(delimiters('excel', 'de-DE')).toEqual([';', '\t']);
  expect(['de', 'de-CH', 'pt-BR', 'hi', 'ar-EG'].map((locale) => decimalMarkOf({ dialect: 'excel', locale }))).toEqual([
    ',',
    '.',
    ',',
    '.',
    '.',
  ]);
  expect(decimalMarkOf({ dialect: 'rfc4180', locale: 'de' })).toBe('.');
  expect([byteOrderMarkOf('rfc4180'), byteOrderMarkOf('excel')]).toEqual(['', '\ufeff']);
  expect(formats.filter(isDelimited)).toEqual(['csv', 'tsv']);
});
