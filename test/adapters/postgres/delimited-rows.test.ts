// @module-tag exact-values
// @module-tag hostile-values

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DelimitedWriter } from '../../../adapters/postgres/delimited-rows.ts';
import {
  type DelimitedStyle,
  delimiterOf,
  formulaStarts,
  neutralizeFormula,
  skippedSpaces,
} from '../../../core/domain/delimited.ts';
import type { Cell, ColumnType } from '../../../core/domain/report.ts';
import { hostileTexts } from '../../formats/hostile.ts';
import { piecesOf, sentBy } from './sent-rows.ts';

const plainCsv: DelimitedStyle = { format: 'csv', dialect: 'rfc4180', locale: 'en', neutralizeFormulas: true };

async function written(
  sent: string,
  types: readonly ColumnType[],
  style: DelimitedStyle = plainCsv,
  cuts: readonly number[] = [],
): Promise<{ text: string; rows: number }> {
  const chunks: Uint8Array[] = [];
  let rows = 0;
  for await (const chunk of new DelimitedWriter(types, style).rowsOf(piecesOf(sent, cuts))) {
    chunks.push(Buffer.from(chunk.data));
    rows += chunk.rows;
  }
  return { text: Buffer.concat(chunks).toString(), rows };
}

describe('values as the server sends them', () => {
  test.each<[ColumnType, string, string]>([
    ['timestamp', '2024-03-31 03:00:00.123456+02', '2024-03-31T03:00:00.123456+02:00'],
    ['timestamp', '2024-03-31 03:00:00-03:30', '2024-03-31T03:00:00-03:30'],
    ['timestamp', '1890-01-01 00:53:28+00:53:28', '1890-01-01T00:53:28+00:53:28'],
    ['timestamp', '12024-03-31 03:00:00+02', '12024-03-31T03:00:00+02:00'],
    ['timestamp', '0044-03-15 12:00:00.5-11 BC', '0044-03-15T12:00:00.5-11:00 BC'],
    ['timestamp', '0044-03-15 12:00:00+00:53:28 BC', '0044-03-15T12:00:00+00:53:28 BC'],
    ['timestamp', 'infinity', 'Infinity'],
    ['timestamp', '-infinity', '-Infinity'],
    ['date', 'infinity', 'Infinity'],
    ['date', '-infinity', '-Infinity'],
    ['date', '0044-03-15 BC', '0044-03-15 BC'],
    ['boolean', 't', 'true'],
    ['boolean', 'f', 'false'],
    ['boolean', '\\N', ''],
    ['decimal', '-5.20', '-5.20'],
    ['text', '\\\\.', '"\\."'],
    ['text', '\\\\N', '\\N'],
    ['text', '', '""'],
  ])('%s %j', async (type, sent, expected) => {
    expect(await written(`${sent}\r\n`, [type])).toEqual({ text: `${expected}\r\n`, rows: 1 });
    const between = await written(`1\t${sent}\t\\N\r\n`, ['integer', type, 'text']);
    expect(between.text).toBe(`1,${expected.replace('"\\."', '\\.')},\r\n`);
  });

  test('decimal commas', async () => {
    const german: DelimitedStyle = { ...plainCsv, dialect: 'excel', locale: 'de' };
    expect((await written('-5.20\t1.5e-7\t1,5;\r\n', ['decimal', 'float', 'text'], german)).text).toBe(
      '-5,20;1,5e-7;"1,5;"\r\n',
    );
  });

  test('what is no timestamp is an error', async () => {
    await expect(written('31.03.2024 03:00:00 CEST\r\n', ['timestamp'])).rejects.toThrow('not in ISO style');
  });
});

test('any texts are quoted and guarded as they must be, wherever the network cuts', async () => {
  const text = fc.oneof(
    fc.constantFrom(...hostileTexts),
    fc.string({
      unit: fc.oneof(
        fc.constantFrom(...',;"\t\r\n\\.N\b\f\v', ...formulaStarts, ...skippedSpaces),
        fc.constantFrom(...'abc 123'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      maxLength: 12,
    }),
  );
  const table = fc
    .integer({ min: 2, max: 4 })
    .chain((width) => fc.array(fc.array(fc.option(text), { minLength: width, maxLength: width }), { maxLength: 10 }));
  const style = fc.record<DelimitedStyle>({
    format: fc.constantFrom('csv', 'tsv'),
    dialect: fc.constantFrom('rfc4180', 'excel'),
    locale: fc.constantFrom('en', 'de'),
    neutralizeFormulas: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(table, style, fc.array(fc.nat(), { maxLength: 20 }), async (rows, style, cuts) => {
      const delimiter = delimiterOf(style);
      const cell = (value: Cell) => {
        if (value === null) return '';
        const guarded = style.neutralizeFormulas ? neutralizeFormula(value) : value;
        const isPlain = guarded !== '' && ![delimiter, '"', '\r', '\n'].some((mark) => guarded.includes(mark));
        return isPlain ? guarded : `"${guarded.replaceAll('"', '""')}"`;
      };
      const expected = rows.map((row) => `${row.map(cell).join(delimiter)}\r\n`).join('');
      const types = (rows[0] ?? []).map(() => 'text' as const);
      expect(await written(sentBy(rows), types, style, cuts)).toEqual({ text: expected, rows: rows.length });
    }),
    { numRuns: 300 },
  );
});

test('cells that grow most, and rows longer than any buffer, fit', async () => {
  const row = (times: number) => ['f', '', '"'.repeat(times), '='.repeat(times), '\n'.repeat(times)];
  const rows = [row(300_000), ...Array.from({ length: 20_000 }, () => row(1)), row(300_000)];
  const types = ['boolean', 'text', 'text', 'text', 'text'] as const;
  const { text } = await written(
    sentBy(rows),
    types,
    plainCsv,
    Array.from({ length: 40 }, (_, n) => 65_536 * n),
  );
  const expected = (times: number) =>
    `false,"","${'"'.repeat(2 * times)}",'${'='.repeat(times)},"'${'\n'.repeat(times)}"\r\n`;
  expect(text === `${expected(300_000)}${expected(1).repeat(20_000)}${expected(300_000)}`).toBe(true);
});

test('a row of another width, and one without an end, are errors', async () => {
  await expect(written('a\tb\r\nc\r\n', ['text', 'text'])).rejects.toThrow('has not 2 cells');
  await expect(written('a\tb\tc\r\n', ['text', 'text'])).rejects.toThrow('has not 2 cells');
  await expect(written('a\r\nb', ['text'])).rejects.toThrow('has no end');
});
