// @module-tag parallel-ranges

import { createHash } from 'node:crypto';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyCommand } from '../../adapters/postgres/export-query.ts';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import type { Compression } from '../../core/domain/report.ts';
import { sql } from '../../core/domain/sql.ts';
import { systemClock } from '../../core/ports/clock.ts';
import type { ExportSource, KeyRange, RangeReader, SnapshotHolder } from '../../core/ports/export-source.ts';
import { delimitedHeading } from '../../formats/delimited.ts';
import { runExport } from '../../pipeline/run-export.ts';
import { ExportInMemory } from '../support/export-in-memory.ts';
import { MemoryFiles } from '../support/memory-files.ts';
import { testPlan, testReport } from '../support/plans.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

const ROWS = 90_000;

const report = testReport(
  { id: 'integer', name: 'text', note: 'text', at: 'timestamp', price: 'decimal' },
  sql`SELECT 'acme' AS account, id, name, note, at, price FROM things`,
);

let postgres: TestPostgres;
let source: ExportSource;
beforeAll(async () => {
  postgres = await startTestPostgres();
  source = postgres.source();
  await postgres.admin.query(`
    CREATE TABLE things (id bigint PRIMARY KEY, name text, note text, at timestamptz, price numeric);
    INSERT INTO things SELECT n * 2, '=' || n, repeat(md5(n::text), 5), to_timestamp(n * 1000), n / 100.0
    FROM generate_series(1, ${ROWS}) AS n`);
  await postgres.admin.query('VACUUM ANALYZE things');
});
afterAll(() => postgres[Symbol.asyncDispose]());

interface Options {
  readonly connections: number;
  readonly compression?: Compression;
  /** Runs once the snapshot is shared, before anything is read. */
  readonly onShared?: (holder: SnapshotHolder, plan: ExportPlan) => Promise<void>;
  /** Nobody reads before all have joined: on a busy machine the others would be through before the last is there. */
  readonly together?: boolean;
}

/** A reader that waits before it reads for the first time. */
function waiting<Reader extends RangeReader>(reader: Reader, start: Promise<void>): Reader {
  const open = async (range: KeyRange) => {
    await start;
    return reader.open(range);
  };
  return new Proxy(reader, {
    get: (target, name) => {
      if (name === 'open') return open;
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function exported({ connections, compression = 'none', onShared = async () => {}, together = false }: Options) {
  const start = Promise.withResolvers<void>();
  let readers = 0;
  const oneMore = () => {
    readers += 1;
    if (readers === connections || !together) start.resolve();
  };
  const files = new MemoryFiles();
  const plan = testPlan(report, { compression });
  const records = new ExportInMemory(plan, systemClock);
  records.record = { ...records.record, rowsTotal: { rows: ROWS, exact: false } };
  let mostSessions = 0;
  let isWatching = true;
  const watching = (async () => {
    while (isWatching) {
      const { rows } = await postgres.admin.query<{ count: number }>(
        "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name LIKE 'waybill%'",
      );
      mostSessions = Math.max(mostSessions, rows[0]?.count ?? 0);
    }
  })();
  const watched: ExportSource = {
    ...source,
    async share(...given) {
      const holder = await source.share(...given);
      if (holder === undefined) return undefined;
      await onShared(holder, plan);
      oneMore();
      return waiting(holder, start.promise);
    },
    async join(...given) {
      const reader = await source.join(...given);
      oneMore();
      return waiting(reader, start.promise);
    },
  };
  try {
    const outcome = await runExport(
      records.ref,
      {
        attempts: records,
        exports: records,
        files,
        source: watched,
        connections,
        catalog: { reports: [report] },
        clock: systemClock,
        ids: { claim: () => 'claim' },
        log: { info: () => {}, warn: () => {} },
      },
      { signal: new AbortController().signal },
    );
    if (outcome.kind !== 'ready') throw new Error(JSON.stringify(outcome));
    const body = files.objects.get(outcome.file.key)?.body ?? Buffer.alloc(0);
    expect(createHash('sha256').update(body).digest('hex')).toBe(outcome.file.sha256);
    expect(outcome.file.rows).toBe(ROWS);
    isWatching = false;
    await watching;
    await postgres.sessions(0);
    return { body, mostSessions, attempts: records.record.attempt };
  } finally {
    isWatching = false;
  }
}

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

describe('an export read by several connections', () => {
  test.each([
    ['none', (body: Buffer) => body],
    ['gzip', gunzipSync],
    ['zstd', zstdDecompressSync],
  ] as const)(
    'is the file of one connection, with compression %s, and takes no more than it may',
    async (compression, plain) => {
      const single = await exported({ connections: 1 });
      const parallel = await exported({ connections: 3, compression });
      expect(sha256(plain(parallel.body))).toBe(sha256(single.body));
      expect(single.mostSessions).toBe(1);
      expect(parallel.mostSessions).toBeGreaterThan(1);
      expect(parallel.mostSessions).toBeLessThanOrEqual(3);
    },
  );

  test('equals a SELECT under the same snapshot, while others insert, update and delete', async () => {
    let writing = Promise.resolve();
    let stop = false;
    let written = 0;
    let reference = '';
    const { body } = await exported({
      connections: 3,
      async onShared({ name }, plan) {
        const reader = await source.join(plan, name, new AbortController().signal);
        const stream = await reader.open({});
        if (stream.kind !== 'bytes') throw new TypeError('The source opened rows');
        const chunks: Uint8Array[] = [delimitedHeading(plan, 'csv')];
        for await (const { data } of stream.items) chunks.push(Uint8Array.from(data));
        reference = sha256(Buffer.concat(chunks));
        await reader.close();
        const writer = new Client({ connectionString: postgres.server.adminUrl });
        await writer.connect();
        writing = (async () => {
          for (let round = 0; !stop || round < 3; round += 1) {
            await writer.query(`
              BEGIN;
              INSERT INTO things SELECT n * 2 + 1, 'new', 'new', now(), 0
                FROM generate_series(${round * 500}, ${round * 500 + 499}) AS n;
              UPDATE things SET note = 'changed' WHERE id % 600 = ${(round * 2) % 600};
              DELETE FROM things WHERE id % 1000 = ${(round * 2) % 1000};
              COMMIT`);
            written += 1;
          }
          await writer.end();
        })();
      },
    });
    stop = true;
    await writing;
    expect(written).toBeGreaterThan(2);
    expect(sha256(body)).toBe(reference);
    await postgres.admin.query(`
      TRUNCATE things;
      INSERT INTO things SELECT n * 2, '=' || n, repeat(md5(n::text), 5), to_timestamp(n * 1000), n / 100.0
      FROM generate_series(1, ${ROWS}) AS n`);
    await postgres.admin.query('VACUUM ANALYZE things');
  });

  test.each([
    ['one of those that joined', 'DESC'],
    ['the one that holds the snapshot', 'ASC'],
  ])('loses %s, and is the same file at the first attempt', async (_, order) => {
    const single = await exported({ connections: 1 });
    // Where the machine is busy the file may be done before all readers are seen at once: then nobody was lost, and it is made again.
    for (let tries = 1; ; tries += 1) {
      const { killed, body, attempts } = await losingOne(order);
      expect(attempts).toBe(1);
      expect(sha256(body)).toBe(sha256(single.body));
      if (killed === 1) break;
      expect(tries).toBeLessThan(20);
    }
  });

  /** Ends the session that came first, or last, as soon as three of them have the snapshot: one that has not could no longer join. */
  async function losingOne(order: string) {
    const hunter = new Client({ connectionString: postgres.server.adminUrl });
    await hunter.connect();
    let killed = 0;
    let isLooking = true;
    let hunt = Promise.resolve();
    const parallel = await exported({
      connections: 3,
      together: true,
      async onShared() {
        hunt = (async () => {
          while (isLooking && killed === 0) {
            const { rows } = await hunter.query<{ ended: boolean }>(`
              WITH readers AS (
                SELECT pid, query, row_number() OVER (ORDER BY backend_start ${order}) AS place, count(backend_xmin) OVER () AS all
                FROM pg_stat_activity WHERE application_name LIKE 'waybill %' AND application_name <> 'waybill cancel')
              SELECT pg_terminate_backend(pid) AS ended FROM readers WHERE place = 1 AND "all" = 3 AND query LIKE 'COPY%'`);
            killed += rows.length;
          }
        })();
      },
    });
    isLooking = false;
    await hunt;
    await hunter.end();
    return { killed, ...parallel };
  }
});

test('the whole query and its ranges have one and the same text but for the bounds', () => {
  const plan = testPlan(report);
  const ranged = copyCommand(plan, { range: { from: '5', to: '9' } });
  expect(ranged.replace(` AND report."id" >= '5' AND report."id" < '9'`, '')).toBe(copyCommand(plan));
});
