// @module-tag exact-values
// @module-tag hostile-values

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formulaStarts, skippedSpaces } from '../../../core/domain/delimited.ts';
import type { ExportPlan } from '../../../core/domain/export-plan.ts';
import type { ColumnType } from '../../../core/domain/report.ts';
import type { Snapshot } from '../../../core/domain/snapshot.ts';
import { sql } from '../../../core/domain/sql.ts';
import type { ExportSource, Row } from '../../../core/ports/export-source.ts';
import { nastyValues } from '../../../sample/nasty-values.ts';
import { hostileTexts } from '../../formats/hostile.ts';
import { readAll, testPlan, testReport } from '../../support/plans.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { csvBySql, rowsBySql } from './written-by-sql.ts';

/** By column, its type in the report and in the table. */
const columns: Readonly<Record<string, readonly [ColumnType, string]>> = {
  id: ['integer', 'bigint'],
  note: ['text', 'text'],
  code: ['text', 'char(3)'],
  state: ['enum', 'state'],
  address: ['text', 'inet'],
  data: ['json', 'jsonb'],
  document: ['json', 'json'],
  key: ['uuid', 'uuid'],
  amount: ['decimal', 'numeric'],
  ratio: ['float', 'float8'],
  small: ['float', 'float4'],
  is_gift: ['boolean', 'boolean'],
  day: ['date', 'date'],
  at: ['timestamp', 'timestamptz'],
  seen_at: ['timestamp', 'timestamptz'],
  last: ['text', 'varchar'],
};

const characters = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...',;"\t\r\n\\.N\b\f\v\'') },
  { weight: 3, arbitrary: fc.constantFrom(...formulaStarts, ...skippedSpaces) },
  { weight: 4, arbitrary: fc.constantFrom(...'abcdefgh 0123456789') },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }) },
);
const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();
const text = fc.oneof(
  fc.constantFrom(...hostileTexts, ...nastyValues.note.filter((value) => value !== null)),
  fc.string({ unit: characters, maxLength: 24 }).filter(isStorable),
  fc.tuple(fc.constantFrom(...skippedSpaces), fc.constantFrom(...formulaStarts)).map((pair) => `${pair.join('')}1`),
);
const number = fc.oneof(fc.constantFrom('NaN', 'Infinity', '-Infinity', '-0', '0'), fc.double().map(String));

/** PostgreSQL's own first and last, and in between more of what people have. */
const micros = fc.oneof(
  fc.bigInt({ min: -210_866_803_200_000_000n, max: 9_224_318_015_999_999_999n }),
  fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
  fc.bigInt({ min: -3_000_000_000_000_000n, max: 4_000_000_000_000_000n }),
  fc.bigInt({ min: -3_000_000_000n, max: 4_000_000_000n }).map((seconds) => seconds * 1_000_000n),
);
const instant = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('infinity', '-infinity') },
  {
    weight: 8,
    arbitrary: micros.map((value) => `epoch ${value}`),
  },
);
const day = fc.oneof(
  fc.constantFrom('infinity', '-infinity'),
  fc.integer({ min: -2_440_588, max: 100_000 }).map(String),
);

const values = {
  note: text,
  code: fc.string({ unit: fc.constantFrom(...'ab =-,"'), maxLength: 3 }),
  state: fc.constantFrom('paid', '=paid', 'a,b', '-', ' +'),
  address: fc.constantFrom('192.0.2.0/24', '0.0.0.0', '2001:db8::1'),
  data: fc.oneof(
    fc.json(),
    text.map((value) => JSON.stringify(value)),
    fc.constantFrom('-5', 'null', '{}'),
  ),
  document: fc.oneof(fc.json({ maxDepth: 2 }), fc.constantFrom('-5', ' \n-5', '\t{ "a" : 1 }')),
  key: fc.uuid(),
  amount: fc.oneof(
    fc.constantFrom('NaN', 'Infinity', '-Infinity', '0.000001', '-99999999999999.999999', '1.10'),
    fc.bigInt().map(String),
  ),
  ratio: number,
  small: fc.constantFrom('0.1', '-0', '3.4028235e+38', '1e-45', 'NaN', 'Infinity'),
  is_gift: fc.boolean().map(String),
  day,
  at: instant,
  seen_at: instant,
  last: text,
};
const row = fc.record(
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, fc.option<unknown>(value)])),
);

const ROWS = 2_000;

let postgres: TestPostgres;
let source: ExportSource;
beforeAll(async () => {
  postgres = await startTestPostgres();
  source = postgres.source();
  await postgres.admin.query(`
    CREATE TYPE state AS ENUM ('paid', '=paid', 'a,b', '-', ' +');
    CREATE TABLE any_values (account text DEFAULT 'acme', ${Object.entries(columns).map(([name, [, type]]) => `${name} ${type}`)})`);
  const rows = fc.sample(row, { numRuns: ROWS, seed: 1 });
  const read: Readonly<Record<string, (name: string) => string>> = {
    at: instantOf,
    seen_at: instantOf,
    day: (name) => `CASE WHEN ${name} ~ 'inf' THEN ${name}::date ELSE '1970-01-01'::date + ${name}::int END`,
  };
  const names = Object.keys(values);
  await postgres.admin.query(
    `INSERT INTO any_values (id, ${names})
      SELECT position, ${names.map((name) => read[name]?.(name) ?? `${name}::${columns[name]?.[1]}`)}
      FROM ROWS FROM (json_to_recordset($1) AS (${names.map((name) => `${name} text`)})) WITH ORDINALITY AS given (${names}, position)`,
    [JSON.stringify(rows)],
  );
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** Days and the rest apart: as one number they would be rounded. */
function instantOf(name: string): string {
  const value = `substr(${name}, 7)::numeric`;
  return `CASE WHEN ${name} ~ 'inf' THEN ${name}::timestamptz
    ELSE to_timestamp(0) + div(${value}, 86400000000)::int * interval '1 day' + mod(${value}, 86400000000)::float8 * interval '1 microsecond' END`;
}

function planOf(changes: Partial<Snapshot>, names = Object.keys(columns)): ExportPlan {
  const types = Object.fromEntries(Object.entries(columns).map(([name, [type]]) => [name, type]));
  return testPlan(testReport(types, sql`SELECT * FROM any_values`), { columns: names, ...changes });
}

/** With daylight saving, without; offsets with minutes, and before the time of standard zones with seconds. */
const timeZones = [
  ...['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/St_Johns'],
  ...['Africa/Monrovia', 'Australia/Lord_Howe', 'Pacific/Kiritimati', 'Etc/GMT+12', 'Antarctica/Troll'],
];

describe('a file has the bytes that the server would write', () => {
  test.each(timeZones)('in %s', async (timeZone) => {
    await expectSame(planOf({ timeZone }));
  });

  test.each<Partial<Snapshot>>([
    { neutralizeFormulas: false },
    { format: 'tsv' },
    { format: 'tsv', neutralizeFormulas: false },
    { dialect: 'excel', locale: 'en' },
    { dialect: 'excel', locale: 'de' },
    { format: 'tsv', dialect: 'excel', locale: 'de' },
  ])('with %j', async (changes) => {
    await expectSame(planOf({ timeZone: 'Europe/Berlin', ...changes }));
  });

  test.each(Object.keys(columns))('of %s alone', async (name) => {
    await expectSame(planOf({}, [name]));
    await expectSame(planOf({ neutralizeFormulas: false, dialect: 'excel', locale: 'de' }, [name]));
  });
});

test.each(timeZones)('cells are those that the server would write, in %s', async (timeZone) => {
  const plan = planOf({ timeZone, format: 'ndjson' });
  const { items, close } = await source.openRows(plan, new AbortController().signal);
  const rows: Row[] = [];
  for await (const batch of items) rows.push(...batch);
  await close();
  expectSameRows(rows, await rowsBySql(postgres.credentials, plan, 'any_values'));
});

async function expectSame(plan: ExportPlan): Promise<void> {
  const expected = await csvBySql(postgres.credentials, plan, 'any_values');
  const { text, rows } = await readAll(source, plan);
  expect(rows).toBe(ROWS);
  expectSameRows(text.split('\r\n'), expected.toString().split('\r\n'));
  expect(Buffer.from(text).equals(expected)).toBe(true);
}

/** Shows the first that differs: a difference of all of them would take minutes to print. */
function expectSameRows(rows: readonly unknown[], expected: readonly unknown[]): void {
  const texts = expected.map((each) => JSON.stringify(each));
  const at = rows.findIndex((each, index) => JSON.stringify(each) !== texts[index]);
  expect(rows[at]).toEqual(expected[at]);
  expect([at, rows.length]).toEqual([-1, expected.length]);
}
