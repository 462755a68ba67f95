import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowsOf } from '../../../adapters/postgres/copy-text.ts';
import type { Cell } from '../../../core/domain/report.ts';
import type { Row } from '../../../core/ports/export-source.ts';
import { piecesOf, sentBy } from './sent-rows.ts';

/** Rows of what was sent, cut in pieces at these positions. */
async function rowsIn(sent: string | Buffer, cuts: readonly number[] = []): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of rowsOf(piecesOf(sent, cuts), [])) rows.push(...batch);
  return rows;
}

describe('cells', () => {
  test.each<[string, Cell]>([
    ['', ''],
    ['\\N', null],
    ['\\\\N', '\\N'],
    ['\\\\\\\\N', '\\\\N'],
    ['x\\\\N', 'x\\N'],
    ['N', 'N'],
    ['\\\\.', '\\.'],
    ['\\b\\f\\n\\r\\t\\v', '\b\f\n\r\t\v'],
    ['C:\\\\new\\\\table', 'C:\\new\\table'],
    ['\\\\\\n', '\\\n'],
    ['\\\\n', '\\n'],
    ['\u0001\u007f\u0085\u2028\u2029\ufeff', '\u0001\u007f\u0085\u2028\u2029\ufeff'],
    ['\\\\\u2028', '\\\u2028'],
    [' \u{1f600} e\u0301 ', ' \u{1f600} e\u0301 '],
  ])('%j', async (sent, cell) => {
    expect(await rowsIn(`${sent}\r\n`)).toEqual([[cell]]);
    expect(await rowsIn(`a\t${sent}\t\\N\r\n`)).toEqual([['a', cell, null]]);
  });
});

test('nothing sent is no row', async () => {
  expect(await rowsIn('')).toEqual([]);
});

test('a row without an end is an error', async () => {
  await expect(rowsIn('a\r\nb')).rejects.toThrow('The last row of a COPY has no end');
});

test('any rows arrive, wherever the network cuts: in characters, in escapes, in line ends', async () => {
  const cell = fc.option(
    fc.string({
      unit: fc.oneof(
        fc.constantFrom(...'\\Nnrt.\t\r\n\b\f\v'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    }),
  );
  const table = fc
    .integer({ min: 1, max: 3 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 10 }));
  await fc.assert(
    fc.asyncProperty(table, fc.array(fc.nat(), { maxLength: 30 }), async (rows, cuts) => {
      expect(await rowsIn(sentBy(rows), cuts)).toEqual(rows);
    }),
    { numRuns: 300 },
  );
  const rows = [
    ['\u{1f600}\\\n', null],
    ['', '\\N'],
  ];
  const everyByte = Array.from(Buffer.from(sentBy(rows)), (_, index) => index);
  expect(await rowsIn(sentBy(rows), everyByte)).toEqual(rows);
});

test('a row of another width is an error, not a shift of all cells after it', async () => {
  await expect(rowsIn('a\tb\r\nc\r\n')).rejects.toThrow('not as many cells as the first');
  await expect(rowsIn('a\tb\r\nc\td\te\r\n', [5])).rejects.toThrow('not as many cells as the first');
});

test('rows longer than any buffer, and batches of more cells, arrive whole', async () => {
  const long = [`${'x'.repeat(400_000)}\\${'y'.repeat(400_000)}`, '\u{1f600}'.repeat(100_000)];
  const short = Array.from({ length: 30_000 }, (_, index) => [String(index), null]);
  const rows = [long, ...short, long];
  const cuts = Array.from({ length: 40 }, (_, index) => 65_536 * (index + 1));
  expect(await rowsIn(sentBy(rows), cuts)).toEqual(rows);
});

test('what has been taken out of a batch stays as it was', async () => {
  async function* chunks() {
    yield [Buffer.from('a\tb\r\nc')];
    yield [Buffer.from('\td\r\n')];
  }
  const batches: Row[][] = [];
  for await (const batch of rowsOf(chunks(), [])) batches.push([...batch]);
  expect(batches).toEqual([[['a', 'b']], [['c', 'd']]]);
});
