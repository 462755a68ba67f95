// @module-tag exact-values
// @module-tag rows-of-own-account

import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnType } from '../../../core/domain/report.ts';
import { sql } from '../../../core/domain/sql.ts';
import type { ExportSource } from '../../../core/ports/export-source.ts';
import { readAll, testPlan, testReport, textsPlan } from '../../support/plans.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
let source: ExportSource;
beforeAll(async () => {
  postgres = await startTestPostgres();
  source = postgres.source();
});
afterAll(() => postgres[Symbol.asyncDispose]());

/** What one value of a type looks like in the file. */
async function written(type: ColumnType, expression: string, timeZone = 'UTC'): Promise<string> {
  const query = { ...sql``, text: [`SELECT 'acme' AS account, 1 AS id, ${expression} AS value`] };
  const plan = testPlan(testReport({ id: 'integer', value: type }, query), { columns: ['value'], timeZone });
  return (await readAll(source, plan)).text.replace(/\r\n$/, '');
}

describe('values by type', () => {
  test.each<[ColumnType, string, string]>([
    ['text', 'NULL::text', ''],
    ['text', "''::text", '""'],
    ['text', "'a,b'::text", '"a,b"'],
    ['text', `'say "hi"'::text`, '"say ""hi"""'],
    ['text', "E'two\\nlines\\r\\nof text'", '"two\nlines\r\nof text"'],
    ['text', "'\\.'::text", '"\\."'],
    ['text', "' padded '::text", ' padded '],
    ['text', "'192.0.2.0/24'::inet", '192.0.2.0/24'],
    ['integer', '9223372036854775807::bigint', '9223372036854775807'],
    ['integer', '99999999999999999999::numeric(20,0)', '99999999999999999999'],
    ['integer', '-5', '-5'],
    ['decimal', "'-99999999999999.999999'::numeric(20,6)", '-99999999999999.999999'],
    ['decimal', "'1.10'::numeric", '1.10'],
    ['decimal', "'NaN'::numeric", 'NaN'],
    ['decimal', "'-Infinity'::numeric", '-Infinity'],
    ['float', "'0.30000000000000004'::float8", '0.30000000000000004'],
    ['float', "'5e-324'::float8", '5e-324'],
    ['float', "'Infinity'::float8", 'Infinity'],
    ['float', "'-0'::float8", '-0'],
    ['float', "'0.1'::float4", '0.1'],
    ['boolean', 'true', 'true'],
    ['boolean', 'false', 'false'],
    ['boolean', 'NULL::boolean', ''],
    ['uuid', "'00000000-0000-0000-0000-000000001e10'::uuid", '00000000-0000-0000-0000-000000001e10'],
    ['json', `'{"a": 1.10}'::jsonb`, '"{""a"": 1.10}"'],
    ['json', "'null'::jsonb", 'null'],
    ['json', "'-5'::json", "'-5"],
    ['date', "'2024-02-29'::date", '2024-02-29'],
    ['date', "'-infinity'::date", '-Infinity'],
    ['date', 'NULL::date', ''],
    ['timestamp', "'infinity'::timestamptz", 'Infinity'],
    ['timestamp', 'NULL::timestamptz', ''],
  ])('%s %s', async (type, expression, expected) => {
    expect(await written(type, expression)).toBe(expected);
  });

  test.each([
    ['2024-03-31 00:59:59.999999+00', 'Europe/Berlin', '2024-03-31T01:59:59.999999+01:00'],
    ['2024-03-31 01:00:00.123456+00', 'Europe/Berlin', '2024-03-31T03:00:00.123456+02:00'],
    ['2025-10-26 00:30:00+00', 'Europe/Berlin', '2025-10-26T02:30:00+02:00'],
    ['2025-10-26 01:30:00+00', 'Europe/Berlin', '2025-10-26T02:30:00+01:00'],
    ['2025-03-09 07:00:00+00', 'America/New_York', '2025-03-09T03:00:00-04:00'],
    ['2025-01-01 00:00:00+00', 'Asia/Kolkata', '2025-01-01T05:30:00+05:30'],
    ['2025-01-01 00:00:00+00', 'America/St_Johns', '2024-12-31T20:30:00-03:30'],
    ['1969-12-31 23:59:59.5+00', 'UTC', '1969-12-31T23:59:59.5+00:00'],
  ])('timestamp %s in %s', async (instant, timeZone, expected) => {
    expect(await written('timestamp', `'${instant}'::timestamptz`, timeZone)).toBe(expected);
  });
});

describe('formulas', () => {
  const dangerous = [
    ...['=1+1', '+49 30', '-5.20', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\tplain', '-', '='],
    ...['\uff1d1+1', '\uff0b1', '\uff0d1', '\uff20A1'],
    ...[' =1', '   @x', '\u00a0=1', '\u3000-1', '\u2003+1', ' \t1', '\u200b=1', '\ufeff=1', '\u000b=1', '\u0085=1'],
  ];
  const harmless = [
    ...["'=1+1", 'a=1', '1-1', '"=1"', '_=1', '(=1)', '*1', '/1', '', ' ', '   ', ' a', '\u00a0a', '.5', '$=1', '€-1'],
    ...['\uff11=1', '\uff0c=1', '\u2212 5', '\u2013 dash', '\u{1f600}=1', '#REF!', ' a=1', '~=1', '\\=1'],
  ];
  const cells = (text: string) => parse(text, { relax_column_count: true }).map(([cell]) => cell as string);

  test('begin with an apostrophe', async () => {
    const { text } = await readAll(source, textsPlan(dangerous));
    expect(cells(text)).toEqual(dangerous.map((value) => `'${value}`));
  });

  test('near misses do not change', async () => {
    const { text } = await readAll(source, textsPlan(harmless));
    expect(cells(text)).toEqual(harmless);
  });

  test('nothing changes when the request says so', async () => {
    const { text } = await readAll(source, textsPlan(dangerous, { neutralizeFormulas: false }));
    expect(cells(text)).toEqual(dangerous);
  });

  test('a report that calls a text a number is refused before a row is read', async () => {
    const report = testReport(
      { id: 'integer', value: 'integer' },
      sql`SELECT 'acme' AS account, 1 AS id, '=1+1'::text AS value`,
    );
    await expect(source.open(testPlan(report), new AbortController().signal)).rejects.toMatchObject({
      code: 'internal',
      retryable: false,
      cause: { message: expect.stringContaining('columns.value is declared as integer') },
    });
  });
});

test('what is read takes the same memory, however much it is', async () => {
  const report = testReport(
    { id: 'integer', value: 'text' },
    sql`SELECT 'acme' AS account, id, repeat('x', 100) AS value FROM generate_series(1, 50000) AS id`,
  );
  const stream = await source.open(testPlan(report), new AbortController().signal);
  if (stream.kind !== 'bytes') throw new TypeError('The source opened rows');
  const buffers = new Set<ArrayBufferLike>();
  let chunks = 0;
  try {
    for await (const { data } of stream.items) {
      buffers.add(data.buffer);
      chunks += 1;
    }
  } finally {
    await stream.close();
  }
  expect(chunks).toBeGreaterThan(10);
  // It grows while chunks do.
  expect(buffers.size).toBeLessThan(5);
});

test('any table reads back as it was, in csv and in tsv', async () => {
  const cell = fc.option(
    fc
      .string({
        unit: fc.oneof(fc.constantFrom(...',;"\'\t\r\n=+-@ \\.'), fc.string({ unit: 'binary', maxLength: 1 })),
      })
      .filter((text) => !text.includes('\0') && text.isWellFormed()),
  );
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(table, fc.constantFrom('csv' as const, 'tsv' as const), async (rows, format) => {
      const query = sql`SELECT 'acme' AS account, position, row ->> 0 AS a, row ->> 1 AS b
        FROM json_array_elements(${JSON.stringify(rows)}::json) WITH ORDINALITY AS given (row, position)`;
      const report = testReport({ position: 'integer', a: 'text', b: 'text' }, query);
      const result = await readAll(source, testPlan(report, { format, neutralizeFormulas: false }));
      const parsed: string[][] = parse(result.text, {
        delimiter: format === 'csv' ? ',' : '\t',
        record_delimiter: '\r\n',
        // Empty is NULL, an empty text is quoted.
        cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
      });
      expect(parsed.map(([, a, b]) => [a, b])).toEqual(rows);
      expect([result.rows, result.rowCount]).toEqual([rows.length, rows.length]);
    }),
    { numRuns: 60 },
  );
});

describe('whose rows', () => {
  const everybody = sql`
    SELECT account, id, owner FROM (VALUES ('acme', 1, 'ada'), ('acme', 2, 'mel'), ('globex', 3, 'ada')) AS t (account, id, owner)
    -- an author's last comment`;

  test('only those of the account, whatever the query yields', async () => {
    const report = testReport({ id: 'integer' }, everybody);
    expect((await readAll(source, testPlan(report))).text).toBe('1\r\n2\r\n');
    expect((await readAll(source, { ...testPlan(report), accountId: "globex' OR 'a'='a" })).text).toBe('');
  });

  test('only those of the owner when the snapshot names one', async () => {
    const report = testReport({ id: 'integer' }, everybody);
    const owned = { ...report, source: { ...report.source, ownerColumn: 'owner' } };
    expect((await readAll(source, testPlan(owned, { ownerId: 'mel' }))).text).toBe('2\r\n');
    await expect(readAll(source, testPlan(report, { ownerId: 'mel' }))).rejects.toMatchObject({ code: 'internal' });
  });

  test('row-level security sees the account', async () => {
    const report = testReport(
      { id: 'integer', seen: 'text' },
      sql`
      SELECT 'acme' AS account, 1 AS id, current_setting('app.account_id') AS seen`,
    );
    expect((await readAll(source, testPlan(report))).text).toBe('1,acme\r\n');
  });
});

test('rows come in key order, and the transaction is read-only at one snapshot', async () => {
  const report = testReport(
    { id: 'integer' },
    sql`SELECT 'acme' AS account, generate_series(1, 3000) * 7 % 3001 AS id`,
  );
  const { text, rowCount } = await readAll(source, testPlan(report));
  const ids = text.trimEnd().split('\r\n').map(Number);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(rowCount).toBe(3000);

  const settings = testReport(
    { id: 'integer', isolation: 'text', mode: 'text' },
    sql`SELECT 'acme' AS account, 1 AS id,
    current_setting('transaction_isolation') AS isolation, current_setting('transaction_read_only') AS mode`,
  );
  expect((await readAll(source, testPlan(settings))).text).toBe('1,repeatable read,on\r\n');
});

test('a computed column is computed once for each row', async () => {
  await postgres.admin.query(`ALTER SYSTEM SET track_functions = 'all'`);
  await postgres.admin.query('SELECT pg_reload_conf()');
  await postgres.admin.query(
    `CREATE FUNCTION costly(n int) RETURNS text LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN ' x' || n; END $$`,
  );
  const report = testReport(
    { id: 'integer', value: 'text' },
    sql`
    SELECT 'acme' AS account, id, costly(id) AS value FROM generate_series(1, 50) AS id`,
  );
  await readAll(source, testPlan(report));
  const { rows } = await postgres.admin.query(
    `SELECT pg_stat_force_next_flush(), calls FROM pg_stat_user_functions WHERE funcname = 'costly'`,
  );
  expect(rows[0]?.calls).toBe('50');
});

describe('measure', () => {
  const report = (rows: number) =>
    testReport({ id: 'integer' }, sql`SELECT 'acme' AS account, id FROM generate_series(1, ${rows}) AS id`);

  test('counts exactly up to the bound', async () => {
    expect(await source.measure(testPlan(report(0)), 100)).toEqual({ rows: 0, exact: true });
    expect(await source.measure(testPlan(report(100)), 100)).toEqual({ rows: 100, exact: true });
  });

  test('estimates above it', async () => {
    expect(await source.measure(testPlan(report(5000)), 100)).toEqual({ rows: expect.any(Number), exact: false });
    await postgres.admin.query(
      `CREATE TABLE many AS SELECT 'acme' AS account, id FROM generate_series(1, 50000) AS id; ANALYZE many`,
    );
    const { rows, exact } = await source.measure(testPlan(testReport({ id: 'integer' }, sql`SELECT * FROM many`)), 100);
    expect(exact).toBe(false);
    expect(rows).toBeGreaterThan(45_000);
    expect(rows).toBeLessThan(55_000);
  });

  test('estimates when counting takes too long', async () => {
    const slow = testReport(
      { id: 'integer' },
      sql`SELECT 'acme' AS account, id FROM generate_series(1, 3) AS id, pg_sleep(10)`,
    );
    expect(await postgres.source({ countTimeoutMs: 100 }).measure(testPlan(slow), 100)).toMatchObject({ exact: false });
  });
});
