// @module-tag hostile-values
// @module-tag copy-and-rows-alike

import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decimalMarkOf, delimiterOf, isDelimited, neutralizeFormula } from '../../core/domain/delimited.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import { type Cell, type ColumnType, columnTypes, dialects } from '../../core/domain/report.ts';
import type { Snapshot } from '../../core/domain/snapshot.ts';
import type { ExportSource } from '../../core/ports/export-source.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { hostileTable, meaningOf, typedPlan, valuesOfType } from '../support/typed-values.ts';
import { fileFromBytes, fileFromRows } from '../support/written-files.ts';

let postgres: TestPostgres;
let source: ExportSource;
beforeAll(async () => {
  postgres = await startTestPostgres();
  source = postgres.source();
});
afterAll(() => postgres[Symbol.asyncDispose]());

const styles = (['csv', 'tsv'] as const).flatMap((format) =>
  dialects.flatMap((dialect) =>
    ['en', 'de'].flatMap((locale) =>
      [true, false].map((neutralizeFormulas) => ({ format, dialect, locale, neutralizeFormulas })),
    ),
  ),
);

/** The database's own file, once the one that is written from its rows has been found to be the same. */
async function delimitedFile(plan: ExportPlan): Promise<string> {
  const file = await fileFromBytes(source, plan);
  // Not toBe: to print how two long texts differ would take minutes.
  expect((await fileFromRows(source, plan)) === file, 'both ways of writing give the same bytes').toBe(true);
  return file;
}

/** What an independent parser reads, in the terms of the rows that were put in. */
function readBack(file: string, { snapshot, columns }: ExportPlan): unknown[][] {
  const { format } = snapshot;
  if (!isDelimited(format)) throw new TypeError(format);
  const [heading, ...records]: Cell[][] = parse(file, {
    bom: snapshot.dialect === 'excel',
    delimiter: delimiterOf({ ...snapshot, format }),
    record_delimiter: '\r\n',
    // Empty is NULL, an empty text is quoted.
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  });
  expect(heading).toEqual(columns.map(({ header }) => header));
  return records.map((record) =>
    record.map((cell, index) => {
      const type = columns[index]?.type ?? 'text';
      const isNumber = type === 'decimal' || type === 'float';
      return meaningOf(type, isNumber ? (cell?.replace(decimalMarkOf(snapshot), '.') ?? null) : cell);
    }),
  );
}

const textual: readonly ColumnType[] = ['text', 'enum', 'json'];

/** What should be read back. */
function meanings(types: readonly ColumnType[], rows: readonly (readonly Cell[])[], { neutralizeFormulas }: Snapshot) {
  return rows.map((row) =>
    row.map((cell, index) => {
      const type = types[index] ?? 'text';
      return neutralizeFormulas && cell !== null && textual.includes(type)
        ? neutralizeFormula(cell)
        : meaningOf(type, cell);
    }),
  );
}

test('any rows of any types: the database and the rows give the same csv or tsv, which reads back as it was', async () => {
  const table = fc.array(fc.constantFrom(...columnTypes), { minLength: 1, maxLength: 5 }).chain((types) =>
    fc.record({
      types: fc.constant(types),
      rows: fc.array(fc.tuple(...types.map((type) => fc.option(valuesOfType[type]))), { maxLength: 20 }),
      style: fc.constantFrom(...styles),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'),
    }),
  );
  await fc.assert(
    fc.asyncProperty(table, async ({ types, rows, style, timeZone }) => {
      const plan = typedPlan(types, rows, { ...style, timeZone });
      const file = await delimitedFile(plan);
      expect(readBack(file, plan)).toEqual(meanings(types, rows, plan.snapshot));
    }),
    {
      numRuns: 50,
      examples: [
        [
          {
            types: ['text'],
            rows: [[null], [''], ['\\.'], ['\\N']],
            style: styles[0] as (typeof styles)[number],
            timeZone: 'UTC',
          },
        ],
      ],
    },
  );
}, 300_000);

describe('hostile values read back as they were', () => {
  const { types, rows } = hostileTable;

  test.each(styles)('$format, $dialect, $locale, neutralized: $neutralizeFormulas', async (style) => {
    const plan = typedPlan(types, rows, style);
    expect(readBack(await delimitedFile(plan), plan)).toEqual(meanings(types, rows, plan.snapshot));
  });

  test.each(dialects.flatMap((dialect) => (['json', 'ndjson'] as const).map((format) => ({ format, dialect }))))(
    '$format, $dialect',
    async ({ format, dialect }) => {
      const plan = typedPlan(types, rows, { format, dialect });
      const file = await fileFromRows(source, plan);
      const objects: Record<string, unknown>[] =
        format === 'json'
          ? JSON.parse(file)
          : file
              .trimEnd()
              .split('\n')
              .map((line) => JSON.parse(line));
      expect(objects.map((object) => Object.keys(object))).toEqual(rows.map(() => plan.snapshot.columns));
      const read = objects.map((object) =>
        Object.values(object).map((value, index) => {
          const type = types[index] ?? 'text';
          return typeof value === 'string' && type !== 'json' ? meaningOf(type, value) : value;
        }),
      );
      const expected = rows.map((row) =>
        row.map((cell, index) => {
          const type = types[index] ?? 'text';
          return cell !== null && (type === 'boolean' || type === 'json') ? JSON.parse(cell) : meaningOf(type, cell);
        }),
      );
      expect(read).toEqual(expected);
    },
  );
});
