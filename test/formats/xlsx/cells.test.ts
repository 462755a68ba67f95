// @module-tag hostile-values
// @module-tag workbook-limits

import * as fc from 'fast-check';
import { readSheet } from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import type { Column, Columns } from '../../../core/domain/report.ts';
import { xlsx } from '../../../formats/xlsx/xlsx.ts';
import { factsOf, fileOf } from '../file-of.ts';
import { hostileTexts } from '../hostile.ts';
import type { SheetCell } from '../open-workbook.ts';
import { cellsOf, number, text, workbookOf } from './workbook-of.ts';

/** A cell as text again, as a source would write it. */
function cellText(cell: SheetCell | undefined): string | null {
  if (cell === undefined) return null;
  if (!cell.format.startsWith('yyyy')) return cell.value;
  const milliseconds = Math.round((Number(cell.value) - 25_569) * 86_400_000);
  const [day = '', clock = ''] = new Date(milliseconds).toISOString().slice(0, -1).split('T');
  return cell.format === 'yyyy-mm-dd' ? day : `${day}T${clock}+05:30`;
}
describe('cells', () => {
  it('has text as it is, whatever is in it, and nothing for NULL', async () => {
    const cells = [...hostileTexts, '', null, 'x'.repeat(32_767), '😀'.repeat(16_383)];
    const expected = cells.map((cell) => (cell === null ? undefined : text(cell)));
    for (const type of ['text', 'enum', 'json', 'uuid'] as const) {
      expect(await cellsOf({ header: 'Value', type }, cells)).toEqual(expected);
    }
  });

  it('has integers of up to 15 digits as numbers, longer ones as text', async () => {
    const cells = ['0', '-7', '123456789012345', '-123456789012345', '1234567890123456', '98765432109876543210', null];
    expect(await cellsOf({ header: 'Value', type: 'integer', digits: 20 }, cells)).toEqual([
      number('0', '0'),
      number('-7', '0'),
      number('123456789012345', '0'),
      number('-123456789012345', '0'),
      text('1234567890123456'),
      text('98765432109876543210'),
      undefined,
    ]);
  });

  it('keeps ids that end in zeros together with their neighbours', async () => {
    expect(await cellsOf({ header: 'Value', type: 'integer' }, ['10000000000000000000'])).toEqual([
      text('10000000000000000000'),
    ]);
  });

  it('has decimals with all digits of their column, as numbers where they are exact', async () => {
    const cells = ['-5.20', '0.00', '99999999999999.9', '1000000000000000.00', '12345678901234.56', 'NaN', '-Infinity'];
    const column: Column = { header: 'Value', type: 'decimal', precision: 20, scale: 2 };
    expect(await cellsOf(column, cells)).toEqual([
      number('-5.20', '0.00'),
      number('0.00', '0.00'),
      number('99999999999999.9', '0.00'),
      text('1000000000000000.00'),
      text('12345678901234.56'),
      text('NaN'),
      text('-Infinity'),
    ]);
    expect(
      await cellsOf({ header: 'Value', type: 'decimal', precision: 38, scale: 20 }, ['0.12500000000000000000']),
    ).toEqual([number('0.12500000000000000000', '0.00000000000000000000')]);
  });

  it('tells the formats of several decimal columns apart', async () => {
    const { sheets } = await workbookOf(
      {
        price: { header: 'Price', type: 'decimal', precision: 10, scale: 2 },
        rate: { header: 'Rate', type: 'decimal', precision: 10, scale: 4 },
        cost: { header: 'Cost', type: 'decimal', precision: 12, scale: 2 },
        count: { header: 'Count', type: 'decimal', precision: 12, scale: 0 },
      },
      [['1.00', '0.1250', '2.00', '3']],
    );
    expect(sheets[0]?.rows[1]?.map((cell) => cell?.format)).toEqual(['0.00', '0.0000', '0.00', '0']);
  });

  it('has floats as numbers, and as text what is not finite', async () => {
    const cells = ['1e+21', '-1.5e-07', '0.1', 'NaN', 'Infinity', '-Infinity', null];
    expect(await cellsOf({ header: 'Value', type: 'float' }, cells)).toEqual([
      number('1e+21', 'General'),
      number('-1.5e-07', 'General'),
      number('0.1', 'General'),
      text('NaN'),
      text('Infinity'),
      text('-Infinity'),
      undefined,
    ]);
  });

  it('has booleans as such', async () => {
    expect(await cellsOf({ header: 'Value', type: 'boolean' }, ['true', 'false', null])).toEqual([
      { type: 'boolean', value: '1', format: '"TRUE";"TRUE";"FALSE"' },
      { type: 'boolean', value: '0', format: '"TRUE";"TRUE";"FALSE"' },
      undefined,
    ]);
  });

  it('has dates as days, but text before the leap day that Excel invented', async () => {
    const cells = ['1900-03-01', '2024-02-29', '9999-12-31', '1900-02-28', '0044-03-15 BC', '10000-01-01', 'Infinity'];
    expect(await cellsOf({ header: 'Value', type: 'date' }, cells)).toEqual([
      number('61', 'yyyy-mm-dd'),
      number('45351', 'yyyy-mm-dd'),
      number('2958465', 'yyyy-mm-dd'),
      ...cells.slice(3).map(text),
    ]);
  });

  it('has timestamps as the time on the clock of their zone', async () => {
    const cells = [
      '2024-03-31T12:00:00+02:00',
      '2024-03-31T18:00:00.5-07:00',
      '1900-03-01T00:00:00+00:53:28',
      '1900-02-28T23:59:59.999999+00:00',
      '-Infinity',
    ];
    expect(await cellsOf({ header: 'Value', type: 'timestamp' }, cells)).toEqual([
      number('45382.5', 'yyyy-mm-dd hh:mm:ss'),
      number('45382.750005787037', 'yyyy-mm-dd hh:mm:ss.000'),
      number('61', 'yyyy-mm-dd hh:mm:ss'),
      text('1900-02-28T23:59:59.999999+00:00'),
      text('-Infinity'),
    ]);
  });

  it('has the microseconds of a timestamp as far as a double has room for them', async () => {
    const [cell] = await cellsOf({ header: 'Value', type: 'timestamp' }, ['2024-03-31T12:00:00.123457+02:00']);
    expect(Math.round((Number(cell?.value) - 45_382.5) * 86_400_000_000)).toBe(123_457);
  });

  it('has moments to the microsecond, where a double has room, and else as the nearest double', async () => {
    const microsecond = fc.oneof(
      fc.integer({ min: 0, max: 86_399_999_999 }),
      fc.integer({ min: 0, max: 86_399 }).map((second) => second * 1_000_000),
      fc.constantFrom(0, 1, 999_999, 43_200_000_000, 86_399_999_999),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 61, max: 2_958_465 }), microsecond, async (serial, microseconds) => {
        const day = new Date((serial - 25_569) * 86_400_000).toISOString().slice(0, 10);
        const second = Math.floor(microseconds / 1_000_000);
        const clock = new Date(second * 1000).toISOString().slice(11, 19);
        const part = String(microseconds % 1_000_000).padStart(6, '0');
        const [cell] = await cellsOf({ header: 'At', type: 'timestamp' }, [`${day}T${clock}.${part}+00:00`]);
        const value = Number(cell?.value);
        // The sum here may be the double beside the nearest.
        const step = 2 ** (Math.floor(Math.log2(serial)) - 52);
        expect(Math.abs(value - (serial + microseconds / 86_400_000_000))).toBeLessThanOrEqual(Math.max(step, 1e-12));
        if (serial < 2 ** 16) expect(Math.abs((value - serial) * 86_400_000_000 - microseconds)).toBeLessThan(0.5);
      }),
      { numRuns: 300 },
    );
  });

  it('has text where a formula would have its own, but in an element of its own what not all read alike there', async () => {
    const simple = [
      'a',
      'a b',
      '=1+1',
      'a & b <c>',
      '<&>',
      'R&',
      '_x00',
      'snake_case',
      'ﬁ\uf000é',
      'two\nlines',
      '007',
    ];
    const others = ['', 'AT&T', '&amp;', '&#10;', ' a', 'a\n', 'a\rb', '_x000D_', '\uffff', 'a\x01'];
    const { sheets } = await workbookOf(
      { note: { header: 'Note', type: 'text' } },
      [...simple, ...others].map((cell) => [cell]),
    );
    const kinds = sheets[0]?.xml.sheetData.row.slice(1).map(({ c }: { c: { t: string }[] }) => c[0]?.t);
    expect(kinds).toEqual([...simple.map(() => 'str'), ...others.map(() => 'inlineStr')]);
    expect(sheets[0]?.rows.slice(1)).toEqual([...simple, ...others].map((cell) => [text(cell)]));
  });

  it('is read alike by another reader', async () => {
    const columns: Columns = {
      id: { header: 'ID', type: 'integer', digits: 20 },
      amount: { header: 'Amount', type: 'decimal', precision: 12, scale: 2 },
      paid: { header: 'Paid', type: 'boolean' },
      day: { header: 'Day', type: 'date' },
      at: { header: 'At', type: 'timestamp' },
      note: { header: '=Note & <more>', type: 'text' },
    };
    const file = await fileOf(xlsx(), factsOf(columns), [
      ['42', '-5.20', 'true', '2024-03-31', '2024-03-31T03:00:00.123+02:00', '=1+1'],
      ['98765432109876543210', null, 'false', '1899-12-31', null, 'a\nb'],
    ]);
    expect(await readSheet(file)).toEqual([
      ['ID', 'Amount', 'Paid', 'Day', 'At', '=Note & <more>'],
      [42, -5.2, true, new Date('2024-03-31'), new Date('2024-03-31T03:00:00.123Z'), '=1+1'],
      ['98765432109876543210', null, false, '1899-12-31', null, 'a\nb'],
    ]);
  });

  it('comes back for any rows', async () => {
    const day = fc
      .date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    const integer = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String);
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), fc.integer({ min: 0, max: 9999 }))
      .map(([whole, part]) => `${whole}.${String(part).padStart(4, '0')}`);
    const unit = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('_', 'x', '0', '4', '1', '\x01', '\r', ' ', '&', '\uffff') }),
      fc.string({ unit: fc.constantFrom('a', 'é', '_', '<', '>', '&', '\t', '\n', '\uf000', '\uffff'), maxLength: 40 }),
    );
    const timestamp = fc
      .tuple(day, fc.integer({ min: 0, max: 86_399_999 }))
      .map(([date, millisecond]) => `${date}T${new Date(millisecond).toISOString().slice(11, -1)}+05:30`);
    const columns: Columns = {
      text: { header: 'Text', type: 'text' },
      integer: { header: 'Integer', type: 'integer' },
      decimal: { header: 'Decimal', type: 'decimal', precision: 20, scale: 4 },
      float: { header: 'Float', type: 'float' },
      day: { header: 'Day', type: 'date' },
      at: { header: 'At', type: 'timestamp' },
    };
    const float = fc.double().map(String);
    const row = fc.tuple(...[unit, integer, decimal, float, day, timestamp].map((cell) => fc.option(cell)));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 12 }), async (rows) => {
        const { sheets } = await workbookOf(columns, rows);
        const read = rows.map((cells, index) =>
          cells.map((_, column) => cellText(sheets[0]?.rows[index + 1]?.[column])),
        );
        expect(read).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  });
});
