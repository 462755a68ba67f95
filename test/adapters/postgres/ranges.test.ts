// @module-tag parallel-ranges

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { costQuery } from '../../../adapters/postgres/export-query.ts';
import type { ExportPlan } from '../../../core/domain/export-plan.ts';
import type { ColumnType } from '../../../core/domain/report.ts';
import { sql } from '../../../core/domain/sql.ts';
import type { ExportSource, KeyRange, RangeReader } from '../../../core/ports/export-source.ts';
import { readAll, testPlan, testReport } from '../../support/plans.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';

let postgres: TestPostgres;
let source: ExportSource;
beforeAll(async () => {
  postgres = await startTestPostgres();
  source = postgres.source();
  await postgres.admin.query(`
    CREATE TABLE things (account text, id bigint, name text, at timestamptz, kind int, price numeric, other bigint, text text);
    INSERT INTO things SELECT CASE WHEN n % 10 = 0 THEN 'globex' ELSE 'acme' END, n, md5(n::text),
      '2024-01-01'::timestamptz + n * interval '7 minutes 0.000123 seconds', n / 3000, n / 7.0, n,
      repeat(md5(n::text), 10)
      FROM generate_series(1, 20000) AS n;
    CREATE UNIQUE INDEX ON things (account, id);
    CREATE INDEX ON things (account, name COLLATE "C");
    CREATE INDEX ON things (account, name);
    CREATE INDEX ON things (account, at);
    CREATE INDEX ON things (account, kind, id);
    CREATE INDEX ON things (account, price)`);
  await postgres.admin.query('VACUUM ANALYZE things');
});
afterAll(() => postgres[Symbol.asyncDispose]());

const signal = new AbortController().signal;

/** All things of an account by a key of this column and type. */
function planBy(key: string, type: ColumnType, expression = key): ExportPlan {
  const text = [`SELECT account, ${expression} AS ${key === 'id' ? 'key' : key}, id, text FROM things`];
  const name = key === 'id' ? 'key' : key;
  return testPlan(testReport({ [name]: type, id: 'integer', text: 'text' }, { ...sql``, text }));
}

async function textOf(reader: RangeReader, range: KeyRange): Promise<string> {
  const stream = await reader.open(range);
  if (stream.kind !== 'bytes') throw new TypeError('The source opened rows');
  const chunks: Uint8Array[] = [];
  let rows = 0;
  for await (const chunk of stream.items) {
    chunks.push(Uint8Array.from(chunk.data));
    rows += chunk.rows;
  }
  expect(rows).toBe(stream.rowCount());
  return Buffer.concat(chunks).toString();
}

async function share(plan: ExportPlan) {
  const holder = await source.share(plan, signal);
  if (holder === undefined) throw new TypeError('PostgreSQL has snapshots');
  return holder;
}

describe('ranges', () => {
  test.each<[string, ColumnType, number]>([
    ['id', 'integer', 18_000],
    ['name', 'text', 18_000],
    ['at', 'timestamp', 18_000],
    ['price', 'decimal', 18_000],
  ])('by %s together are the file, each row once and in its order', async (key, type, rows) => {
    const plan = planBy(key, type);
    const whole = await readAll(source, plan);
    expect(whole.rows).toBe(rows);
    const holder = await share(plan);
    const ranges = await holder.ranges(100_000);
    expect(ranges.length).toBeGreaterThan(5);
    const texts: string[] = [];
    for (const range of ranges) texts.push(await textOf(holder, range));
    expect(texts.join('')).toBe(whole.text);
    const counts = texts.map((text) => text.split('\r\n').length - 1);
    expect(new Set(counts.slice(0, -1)).size).toBe(1);
    expect(counts.at(-1)).toBeLessThanOrEqual(counts[0] ?? 0);
    await holder.close();
  });

  test('hold all rows that have the same first key', async () => {
    const plan = testPlan(
      testReport({ kind: 'integer', id: 'integer', text: 'text' }, sql`SELECT account, kind, id, text FROM things`),
    );
    const ordered = { ...plan, report: { ...plan.report, key: ['kind', 'id'] } };
    const holder = await share(ordered);
    const ranges = await holder.ranges(100_000);
    expect(ranges.length).toBeGreaterThan(3);
    const texts: string[] = [];
    for (const range of ranges) texts.push(await textOf(holder, range));
    expect(texts.join('')).toBe((await readAll(source, ordered)).text);
    await holder.close();
  });

  test.each<[string, ExportPlan]>([
    ['no index has the order', planBy('other', 'integer')],
    ['the order is that of an expression', planBy('id', 'integer', '(id * 7) % 20011')],
    [
      'it takes as long to find the few rows as to write them',
      testPlan(
        testReport(
          { id: 'integer', text: 'text' },
          sql`SELECT account, id, text FROM things WHERE left(name, 1) = '1'`,
        ),
      ),
    ],
    [
      'all rows are less than two of them',
      testPlan(testReport({ id: 'integer' }, sql`SELECT account, id FROM things WHERE id < 300`)),
    ],
  ])('are one where %s', async (_, plan) => {
    const holder = await share(plan);
    expect(await holder.ranges(100_000)).toEqual([{}]);
    await holder.close();
  });

  test('are found on a table that was written over and never vacuumed, whatever was noted of it since', async () => {
    await postgres.admin.query(`
      CREATE TABLE bloated (LIKE things) WITH (autovacuum_enabled = false);
      INSERT INTO bloated SELECT * FROM things;
      CREATE UNIQUE INDEX ON bloated (account, id)`);
    await postgres.admin.query('VACUUM ANALYZE bloated');
    const text = ['SELECT account, id AS key, text FROM bloated'];
    const plan = testPlan(testReport({ key: 'integer', text: 'text' }, { ...sql``, text }));
    for (const change of [
      'UPDATE bloated SET price = -price',
      'ANALYZE bloated',
      'UPDATE bloated SET price = -price',
    ]) {
      await postgres.admin.query(change);
      const holder = await share(plan);
      expect((await holder.ranges(1_000_000)).length, change).toBeGreaterThan(2);
      await holder.close();
    }
  });

  test('are one where a row has no key, which no range would hold', async () => {
    await postgres.admin.query("INSERT INTO things (account, id, name, price) VALUES ('acme', 0, 'x', NULL)");
    const holder = await share(planBy('price', 'decimal'));
    expect(await holder.ranges(100_000)).toEqual([{}]);
    await holder.close();
    await postgres.admin.query('DELETE FROM things WHERE id = 0');
  });
});

describe('a report whose order does not matter', () => {
  const inAnyOrder = (plan: ExportPlan): ExportPlan => {
    if (plan.report.source.kind !== 'postgres') throw new TypeError('The rows are no database’s');
    return { ...plan, report: { ...plan.report, source: { ...plan.report.source, order: 'any' } } };
  };
  /** By an expression that puts rows otherwise than they are stored. */
  const shuffled = planBy('id', 'integer', '(id * 7) % 20011');

  async function sorts(plan: ExportPlan): Promise<boolean> {
    const { rows } = await postgres.admin.query(costQuery(plan));
    return JSON.stringify(rows).includes('"Node Type":"Sort"');
  }

  test('has the same rows, which the database has not sorted', async () => {
    expect([await sorts(shuffled), await sorts(inAnyOrder(shuffled))]).toEqual([true, false]);
    const [ordered, any] = [await readAll(source, shuffled), await readAll(source, inAnyOrder(shuffled))];
    expect(any).toMatchObject({ rows: 18_000, rowCount: 18_000 });
    expect(any.text).not.toBe(ordered.text);
    expect(any.text.split('\r\n').sort()).toEqual(ordered.text.split('\r\n').sort());
  });

  test('is read in ranges where an index has the order, each in it: a range may be read twice', async () => {
    const plan = planBy('name', 'text');
    const holder = await share(inAnyOrder(plan));
    const texts: string[] = [];
    for (const range of await holder.ranges(100_000)) texts.push(await textOf(holder, range));
    await holder.close();
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.join('')).toBe((await readAll(source, plan)).text);
  });
});

describe('readers of one snapshot', () => {
  test('see what it held, whatever is written meanwhile, also when its holder has gone', async () => {
    const plan = planBy('id', 'integer');
    const before = await readAll(source, plan);
    const holder = await share(plan);
    const ranges = await holder.ranges(200_000);
    await postgres.admin.query(`
      UPDATE things SET name = 'changed'; DELETE FROM things WHERE id % 3 = 0;
      INSERT INTO things SELECT 'acme', n, 'new', now(), 1, 1, 1, 'new' FROM generate_series(20001, 21000) AS n`);
    const readers = await Promise.all([1, 2, 3].map(() => source.join(plan, holder.name, signal)));
    expect(readers.map(({ snapshot }) => snapshot.id)).toEqual(Array(3).fill(holder.snapshot.id));
    await holder.close();
    const texts: string[] = [];
    for (const [place, range] of ranges.entries()) {
      texts.push(await textOf(readers[place % readers.length] as RangeReader, range));
    }
    expect(texts.join('')).toBe(before.text);
    expect((await readAll(source, plan)).text).not.toBe(before.text);
    await Promise.all(readers.map((reader) => reader.close()));
    await postgres.sessions(0);
  });

  test('cannot join once the holder has gone, which another attempt may find otherwise', async () => {
    const plan = planBy('id', 'integer');
    const holder = await share(plan);
    await holder.close();
    await expect(source.join(plan, holder.name, signal)).rejects.toMatchObject({
      code: 'source_unavailable',
      retryable: true,
    });
  });

  test('end when they are told to', async () => {
    const stopping = new AbortController();
    const plan = planBy('id', 'integer');
    const holder = await source.share(plan, stopping.signal);
    const stream = await holder?.open({});
    if (stream?.kind !== 'bytes') throw new TypeError('The source opened rows');
    stopping.abort(new Error('enough'));
    await expect(
      (async () => {
        for await (const _ of stream.items);
      })(),
    ).rejects.toThrow('enough');
    await postgres.sessions(0);
  });
});
