// @module-tag hostile-values

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../adapters/postgres/copy-text.ts';
import type { Cell, Columns, ColumnType, Format } from '../../core/domain/report.ts';
import type { Row } from '../../core/ports/export-source.ts';
import { fileFormatOf } from '../../formats/index.ts';
import { bytesOf } from '../support/written-files.ts';
import { factsOf } from './file-of.ts';
import { hostileTexts } from './hostile.ts';

const columns: Columns = {
  id: { header: 'ID', type: 'integer' },
  long: { header: 'Long', type: 'integer', digits: 38 },
  amount: { header: 'Amount', type: 'decimal', precision: 30, scale: 4 },
  ratio: { header: 'Ratio', type: 'float' },
  isGift: { header: 'Gift', type: 'boolean' },
  day: { header: 'Day', type: 'date' },
  at: { header: 'At', type: 'timestamp' },
  key: { header: 'Key', type: 'uuid' },
  data: { header: 'Data', type: 'json' },
  note: { header: 'Note', type: 'text' },
};
const types = Object.values(columns).map(({ type }) => type);
const facts = factsOf(columns);
const formats: readonly Format[] = ['csv', 'tsv', 'json', 'ndjson', 'xlsx', 'parquet'];

function anyRow(): fc.Arbitrary<Row> {
  const date = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  const text = fc.oneof(
    fc.constantFrom(...hostileTexts),
    fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', '')),
    fc
      .constantFrom('<&>_x0001_\r\n"\\', '\u{1f600}\ud55c')
      .chain((unit) => fc.integer({ min: 1, max: 1500 }).map((times) => unit.repeat(times))),
  );
  const digits = (count: number) => fc.bigInt({ min: -(10n ** BigInt(count)) + 1n, max: 10n ** BigInt(count) - 1n });
  const cells = [
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    digits(38).map(String),
    fc
      .tuple(digits(26), fc.integer({ min: 0, max: 9999 }))
      .map(([whole, part]) => `${whole}.${String(part).padStart(4, '0')}`),
    fc.double().map(String),
    fc.boolean().map(String),
    date.map((value) => value.toISOString().slice(0, 10)),
    date.map((value) => value.toISOString().replace('Z', '+00:00')),
    fc.uuid(),
    fc.json(),
    text,
  ];
  return fc.tuple(...cells.map((cell) => fc.option(cell)));
}

/** As the database sends them, in pieces of so many bytes. */
async function* sent(rows: readonly Row[], pieceBytes: number) {
  const letters: Readonly<Record<string, string>> = {
    '\b': 'b',
    '\f': 'f',
    '\n': 'n',
    '\r': 'r',
    '\t': 't',
    '\v': 'v',
  };
  const escaped = (cell: Cell, column: number) =>
    (cell === null ? null : inServersWords(cell, types[column]))?.replaceAll(
      /[\b\f\n\r\t\v\\]/g,
      (character) => `\\${letters[character] ?? character}`,
    ) ?? '\\N';
  const bytes = Buffer.from(rows.map((row) => `${row.map(escaped).join('\t')}\r\n`).join(''));
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    yield [Buffer.from(bytes.subarray(start, start + pieceBytes))];
  }
}

function inServersWords(cell: string, type: ColumnType | undefined): string {
  if (type === 'boolean') return cell.slice(0, 1);
  return type === 'timestamp' ? cell.replace('T', ' ').replace(/:00$/, '') : cell;
}

async function* atOnce(rows: readonly Row[]) {
  yield rows;
}

describe('the same rows', () => {
  it('make the same file, as arrays or as the bytes of the database', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow(), { maxLength: 20 }),
        fc.integer({ min: 1, max: 3000 }),
        async (rows, piece) => {
          for (const format of formats) {
            const write = fileFormatOf(format);
            const fromArrays = await bytesOf(write(facts, atOnce(rows)));
            // The widths of a sheet's columns follow from the rows that come first.
            const pieceBytes = format === 'xlsx' ? Number.MAX_SAFE_INTEGER : piece;
            const fromBytes = await bytesOf(write(facts, rowsOf(sent(rows, pieceBytes), types)));
            expect(fromBytes.equals(fromArrays), format).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
