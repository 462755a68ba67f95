// @module-tag hostile-values

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, Columns } from '../../../core/domain/report.ts';
import type { Row } from '../../../core/ports/export-source.ts';
import { parquet } from '../../../formats/parquet/parquet.ts';
import { factsOf, fileOf } from '../file-of.ts';
import { hostileTexts } from '../hostile.ts';
import { cellsOf, keepFile, keepFiles, query, refusal } from './kept-file.ts';

keepFiles();

describe('columns', () => {
  it.each(['text', 'enum', 'json'] as const)('has %s as it is, with NULL beside the empty text', async (type) => {
    const json = '{"a": 1.50, "b":  [12345678901234567890]}';
    const cells = [...hostileTexts, json, '', null, 'x'.repeat(40_000), 'ü'.repeat(1_000_000)];
    expect(await cellsOf({ header: 'Value', type }, cells)).toEqual({ type: 'VARCHAR', cells });
  });

  it('has UUIDs as such', async () => {
    const cells = ['0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', 'ffffffff-ffff-ffff-ffff-ffffffffffff', null];
    expect(await cellsOf({ header: 'Value', type: 'uuid' }, cells)).toEqual({ type: 'UUID', cells });
  });

  it('has integers of 64 bits', async () => {
    const cells = ['0', '-1', '9223372036854775807', '-9223372036854775808', '9007199254740993', null];
    expect(await cellsOf({ header: 'Value', type: 'integer' }, cells)).toEqual({ type: 'BIGINT', cells });
  });

  it('has longer integers exactly', async () => {
    const cells = ['98765432109876543210', '-99999999999999999999', '0', null];
    const type = 'DECIMAL(20,0)';
    expect(await cellsOf({ header: 'Value', type: 'integer', digits: 20 }, cells)).toEqual({ type, cells });
    const widest = ['9'.repeat(38), `-${'9'.repeat(38)}`, '-1'];
    expect(await cellsOf({ header: 'Value', type: 'integer', digits: 38 }, widest)).toEqual({
      type: 'DECIMAL(38,0)',
      cells: widest,
    });
  });

  it.each([
    [18, 2, ['-5.20', '0.10', '9999999999999999.99', '-9999999999999999.99', '0.29', null]],
    [20, 6, ['-5.200000', '99999999999999.999999', '0.000001', '-0.000001', null]],
    [38, 37, [`9.${'9'.repeat(37)}`, `-0.${'0'.repeat(36)}1`]],
    [5, 0, ['99999', '-99999']],
  ])('has decimals of %i digits, %i after the point, exactly', async (precision, scale, cells) => {
    expect(await cellsOf({ header: 'Value', type: 'decimal', precision, scale }, cells)).toEqual({
      type: `DECIMAL(${precision},${scale})`,
      cells,
    });
  });

  it('takes decimals with fewer digits than their column has, and with zeros beyond', async () => {
    const column: Column = { header: 'Value', type: 'decimal', precision: 6, scale: 2 };
    expect((await cellsOf(column, ['7', '7.5', '7.5000', '-0'])).cells).toEqual(['7.00', '7.50', '7.50', '0.00']);
  });

  it('has floats, finite or not', async () => {
    const cells = ['1e+21', '-1.5e-07', '0.1', '-0', '5e-324', '1.7976931348623157e+308', null];
    const read = ['1e+21', '-1.5e-07', '0.1', '-0.0', '5e-324', '1.7976931348623157e+308', null];
    expect(await cellsOf({ header: 'Value', type: 'float' }, cells)).toEqual({ type: 'DOUBLE', cells: read });
    expect((await cellsOf({ header: 'Value', type: 'float' }, ['NaN', 'Infinity', '-Infinity'])).cells).toEqual([
      'nan',
      'inf',
      '-inf',
    ]);
  });

  it('has booleans', async () => {
    const cells = ['true', 'false', null];
    expect(await cellsOf({ header: 'Value', type: 'boolean' }, cells)).toEqual({ type: 'BOOLEAN', cells });
  });

  it('has dates of all times', async () => {
    const cells = ['2024-02-29', '1899-12-31', '0001-01-01', '1582-10-10', '9999-12-31', '12024-03-01', null];
    expect(await cellsOf({ header: 'Value', type: 'date' }, cells)).toEqual({ type: 'DATE', cells });
    expect((await cellsOf({ header: 'Value', type: 'date' }, ['0044-03-15 BC'])).cells).toEqual(['0044-03-15 (BC)']);
  });

  it('has timestamps in UTC, exact to the microsecond', async () => {
    const cells = [
      '2024-03-31T03:00:00.123456+02:00',
      '1969-12-31T23:59:59.999999Z',
      '1850-01-01T00:53:28+00:53:28',
      '2024-03-31T18:30:00.5-05:30',
      '9999-12-31T23:59:59.999999+00:00',
      null,
    ];
    expect(await cellsOf({ header: 'Value', type: 'timestamp' }, cells)).toEqual({
      type: 'TIMESTAMP WITH TIME ZONE',
      cells: [
        '2024-03-31 01:00:00.123456+00',
        '1969-12-31 23:59:59.999999+00',
        '1850-01-01 00:00:00+00',
        '2024-04-01 00:00:00.5+00',
        '9999-12-31 23:59:59.999999+00',
        null,
      ],
    });
  });

  it('may hold nothing but NULL', async () => {
    const types = ['text', 'json', 'uuid', 'integer', 'float', 'boolean', 'date', 'timestamp'] as const;
    for (const type of types) {
      expect((await cellsOf({ header: 'Value', type }, [null])).cells).toEqual([null]);
    }
    const decimal: Column = { header: 'Value', type: 'decimal', precision: 20, scale: 6 };
    expect((await cellsOf(decimal, [null])).cells).toEqual([null]);
  });

  it('comes back for any rows', async () => {
    const columns: Columns = {
      text: { header: 'Text', type: 'text' },
      integer: { header: 'Integer', type: 'integer' },
      decimal: { header: 'Decimal', type: 'decimal', precision: 30, scale: 4 },
      small: { header: 'Small', type: 'decimal', precision: 9, scale: 2 },
      at: { header: 'At', type: 'timestamp' },
      uuid: { header: 'UUID', type: 'uuid' },
      flag: { header: 'Flag', type: 'boolean' },
    };
    const decimalOf = (digits: number, scale: number) =>
      fc.bigInt({ min: -(10n ** BigInt(digits)) + 1n, max: 10n ** BigInt(digits) - 1n }).map((unscaled) => {
        const text = String(unscaled)
          .replace('-', '')
          .padStart(scale + 1, '0');
        return `${unscaled < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`;
      });
    const timestamp = fc
      .tuple(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        fc.integer({ min: 1, max: 999 }),
      )
      .map(([date, microsecond]) => date.toISOString().replace('Z', `${String(microsecond).padStart(3, '0')}Z`));
    const row = fc.tuple(
      fc.option(fc.string({ unit: 'grapheme' })),
      fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
      fc.option(decimalOf(30, 4)),
      fc.option(decimalOf(9, 2)),
      fc.option(timestamp),
      fc.option(fc.uuid()),
      fc.option(fc.boolean().map(String)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 40 }), async (rows) => {
        await keepFile(columns, rows);
        const read = await query(
          `SELECT text, integer::VARCHAR, decimal::VARCHAR, small::VARCHAR,
            strftime("at", '%Y-%m-%dT%H:%M:%S.%fZ'), uuid::VARCHAR, flag::VARCHAR FROM FILE`,
        );
        expect(read).toEqual(rows);
      }),
      { numRuns: 60 },
    );
  });
});

describe('values a type cannot hold', () => {
  it.each<[Column, string]>([
    [{ header: 'Amount', type: 'integer' }, '9223372036854775808'],
    [{ header: 'Amount', type: 'integer', digits: 20 }, '100000000000000000000'],
    [{ header: 'Amount', type: 'integer' }, '1.5'],
    [{ header: 'Amount', type: 'decimal', precision: 6, scale: 2 }, '10000.00'],
    [{ header: 'Amount', type: 'decimal', precision: 6, scale: 2 }, '0.001'],
    [{ header: 'Amount', type: 'decimal', precision: 6, scale: 2 }, 'NaN'],
    [{ header: 'Amount', type: 'date' }, 'Infinity'],
    [{ header: 'Amount', type: 'date' }, '2024-02-30'],
    [{ header: 'Amount', type: 'timestamp' }, '-Infinity'],
    [{ header: 'Amount', type: 'timestamp' }, '2024-03-31T03:00:00'],
    [{ header: 'Amount', type: 'timestamp' }, '300000-01-01T00:00:00Z'],
    [{ header: 'Amount', type: 'uuid' }, '0190a1b2'],
    [{ header: 'Amount', type: 'boolean' }, 'yes'],
    [{ header: 'Amount', type: 'float' }, 'much'],
  ])('are refused, naming column, row and value: %j %s', async (column, cell) => {
    const message = await refusal(column, cell);
    expect(message).toContain(`Row 2 has “${cell}” in the column “Amount”`);
    expect(message).toMatch(/cannot hold as (an? |true or false)/);
    expect(message).toContain('Choose CSV, or leave the column out.');
  });

  it('counts rows of earlier groups', async () => {
    const rows: Row[] = [...Array.from({ length: 10_000 }, () => ['1']), ['x']];
    const file = fileOf(parquet, factsOf({ id: { header: 'ID', type: 'integer' } }), rows);
    await expect(file).rejects.toMatchObject({ userMessage: expect.stringContaining('Row 10,001 has “x”') });
  });
});
