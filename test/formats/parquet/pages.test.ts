// @module-tag hostile-values

import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import type { Cell, Columns } from '../../../core/domain/report.ts';
import { keepFile, keepFiles, query } from './kept-file.ts';

keepFiles();

const ROWS = 12_345;

/** A cell of each row, of so many distinct values in no order. */
function cellsOf(distinct: number, value: (number: number) => Cell): readonly Cell[] {
  return Array.from({ length: ROWS }, (_, row) => value((Math.imul(row, 7919) >>> 0) % distinct));
}

describe('values that repeat', () => {
  const columns: Columns = {
    text: { header: 'Text', type: 'text' },
    id: { header: 'ID', type: 'integer' },
    amount: { header: 'Amount', type: 'decimal', precision: 20, scale: 2 },
    ratio: { header: 'Ratio', type: 'float' },
    day: { header: 'Day', type: 'date' },
    flag: { header: 'Flag', type: 'boolean' },
  };
  const day = (number: number) => new Date(number * 86_400_000).toISOString().slice(0, 10);

  it.each([1, 2, 3, 255, 256, 257, 899, 900, 901, 5000, ROWS])('come back if %i are distinct', async (distinct) => {
    const table = [
      cellsOf(distinct, (number) => `text ${'x'.repeat(number % 50)} ${number}`),
      cellsOf(distinct, (number) => String(number - 400)),
      cellsOf(distinct, (number) => `${number - 400}.25`),
      cellsOf(distinct, (number) => `${number}.5`),
      cellsOf(distinct, day),
      cellsOf(distinct, (number) => String(number % 2 === 0)),
    ];
    const rows = Array.from({ length: ROWS }, (_, row) => table.map((cells) => cells[row] ?? null));
    await keepFile(columns, rows);
    const read = await query(
      'SELECT text, id::VARCHAR, amount::VARCHAR, ratio::VARCHAR, day::VARCHAR, flag::VARCHAR FROM FILE',
    );
    expect(read).toEqual(rows);
  });

  it('are written once', async () => {
    const rows = cellsOf(300, (number) => `a rather long text, of which there are a few ${number}`).map((cell) => [
      cell,
    ]);
    const file = await keepFile({ text: { header: 'Text', type: 'text' } }, rows);
    const distinct = rows.map(([cell]) => cell).filter((cell, index, all) => all.indexOf(cell) === index);
    const once = distinct.join('').length;
    // In two groups, and two bytes or less for each place where one stands.
    expect(file.length).toBeLessThan(2 * once + 2 * ROWS);
    const { row_groups: groups } = parquetMetadata(new Uint8Array(file).buffer);
    expect(groups.map(({ columns: [chunk] }) => chunk?.meta_data?.encodings)).toEqual([
      ['PLAIN', 'RLE_DICTIONARY'],
      ['PLAIN', 'RLE_DICTIONARY'],
    ]);
  });
});

describe('NULL', () => {
  it.each<[string, (row: number) => boolean]>([
    ['now and then', (row) => row % 7 === 3],
    ['everywhere', () => true],
    ['only at the end', (row) => row === ROWS - 1],
    ['at the beginning', (row) => row < 1500],
    ['in the whole of a group', (row) => row < 10_000],
  ])('comes back, %s', async (_, isNull) => {
    const rows = Array.from({ length: ROWS }, (_, row) =>
      isNull(row) ? [null, null, null] : [`note ${row}`, String(row), String(row % 3 === 0)],
    );
    await keepFile(
      {
        text: { header: 'Text', type: 'text' },
        id: { header: 'ID', type: 'integer' },
        flag: { header: 'Flag', type: 'boolean' },
      },
      rows,
    );
    expect(await query('SELECT text, id::VARCHAR, flag::VARCHAR FROM FILE')).toEqual(rows);
    const [[count] = []] = await query('SELECT count(*)::INT FROM FILE WHERE id IS NULL');
    expect(count).toBe(rows.filter(([, id]) => id === null).length);
  });
});

describe('the least and the greatest value', () => {
  const columns: Columns = {
    small: { header: 'Small', type: 'integer' },
    large: { header: 'Large', type: 'integer', digits: 38 },
    ratio: { header: 'Ratio', type: 'float' },
    note: { header: 'Note', type: 'text' },
  };

  it('are those of the numbers, not of their bytes, and of bytes in texts', async () => {
    const file = await keepFile(columns, [
      ['-1', '-1', 'NaN', 'b'],
      ['255', '18446744073709551616', '-0', '\uffff'],
      ['-9007199254740993', `-${'9'.repeat(38)}`, '-Infinity', '\u{10000}'],
      ['4294967296', '7', '1e+300', ''],
      [null, null, null, null],
    ]);
    const { row_groups: groups } = parquetMetadata(new Uint8Array(file).buffer);
    const known = groups[0]?.columns.map(({ meta_data: facts }) => facts?.statistics);
    expect(known?.map((statistics) => statistics?.null_count)).toEqual([1n, 1n, 1n, 1n]);
    expect(known?.slice(0, 1)).toMatchObject([{ min_value: -9007199254740993n, max_value: 4294967296n }]);
    expect(known?.slice(2)).toMatchObject([
      { min_value: -Infinity, max_value: 1e300 },
      { min_value: '', max_value: '\u{10000}' },
    ]);
    // Those that a filter needs are found.
    expect(await query('SELECT count(*)::INT FROM FILE WHERE large < 0')).toEqual([[2]]);
    expect(await query('SELECT count(*)::INT FROM FILE WHERE large > 18446744073709551615')).toEqual([[1]]);
  });

  it('are no shorter than a text that has no end above it', async () => {
    const greatest = '\u{10ffff}'.repeat(40);
    await keepFile(columns, [
      [null, null, null, greatest],
      ...Array.from({ length: 50 }, () => [null, null, null, 'a']),
    ]);
    expect(await query(`SELECT count(*)::INT FROM FILE WHERE note >= repeat(chr(1114111), 40)`)).toEqual([[1]]);
  });
});
