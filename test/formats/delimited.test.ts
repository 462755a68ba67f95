import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../../core/domain/report.ts';
import { sql } from '../../core/domain/sql.ts';
import { testPlan, testReport } from '../support/plans.ts';
import { writtenFile } from '../support/written-files.ts';

const oneText = testReport({ name: 'text' }, sql``);

function texts(...cells: Cell[]): string[][] {
  return cells.map((cell) => [cell as string]);
}

describe('the first line', () => {
  const headed = (header: string, dialect: 'rfc4180' | 'excel' = 'rfc4180', format: 'csv' | 'tsv' = 'csv') =>
    writtenFile(testPlan(testReport({ [header]: 'text', b: 'integer' }, sql``), { dialect, format }));

  test('is all there is without rows', async () => {
    expect(await headed('a')).toBe('a,b\r\n');
    expect(await headed('a', 'excel')).toBe('\ufeffa,b\r\n');
    expect(await headed('a', 'rfc4180', 'tsv')).toBe('a\tb\r\n');
  });

  test('never starts with ID as such: Excel would take the file for SYLK', async () => {
    expect(await headed('ID')).toBe('"ID",b\r\n');
    expect(await headed('IDENTITY', 'rfc4180', 'tsv')).toBe('"IDENTITY"\tb\r\n');
    expect(await headed('ID', 'excel')).toBe('\ufeff"ID",b\r\n');
    expect(await headed('Id')).toBe('Id,b\r\n');
    expect(await headed('Order ID')).toBe('Order ID,b\r\n');
    expect(parse(await headed('ID'))).toEqual([['ID', 'b']]);
  });

  test('is protected like any other text', async () => {
    expect(await headed('=1+1')).toBe("'=1+1,b\r\n");
    expect(await headed('a "b"\nc')).toBe('"a ""b""\nc",b\r\n');
  });
});

describe('a single column', () => {
  test('has an empty line for NULL and quotes for empty', async () => {
    expect(await writtenFile(testPlan(oneText), texts(null, '', 'a', null))).toBe('name\r\n\r\n""\r\na\r\n\r\n');
  });

  test('has the old end-of-data mark in quotes, as only the database needs it', async () => {
    expect(await writtenFile(testPlan(oneText), texts('\\.', '\\.x', '\\N'))).toBe('name\r\n"\\."\r\n\\.x\r\n\\N\r\n');
  });
});

test('batches of any size make one file', async () => {
  const inOne = await writtenFile(testPlan(oneText), texts('a', 'b', null));
  expect(await writtenFile(testPlan(oneText), texts('a'), [], texts('b', null))).toBe(inOne);
});

test('numbers keep their minus, texts that look like formulas get an apostrophe, unless the request says otherwise', async () => {
  const report = testReport({ text: 'text', amount: 'decimal', ratio: 'float' }, sql``);
  const rows = [['-5.20', '-5.20', '-0.5']];
  expect(await writtenFile(testPlan(report), rows)).toContain("\r\n'-5.20,-5.20,-0.5\r\n");
  expect(await writtenFile(testPlan(report, { neutralizeFormulas: false }), rows)).toContain(
    '\r\n-5.20,-5.20,-0.5\r\n',
  );
});

test('the excel dialect follows the locale', async () => {
  const report = testReport({ text: 'text', amount: 'decimal' }, sql``);
  const german = testPlan(report, { dialect: 'excel', locale: 'de-DE' });
  expect(
    await writtenFile(german, [
      ['a;b', '-1234.50'],
      ['a,b', 'NaN'],
    ]),
  ).toBe('\ufefftext;amount\r\n"a;b";-1234,50\r\na,b;NaN\r\n');
});
