// @module-tag million-rows
// @module-tag exact-values
// @module-tag answered-at-once
// @module-tag worker-memory
// @module-tag frozen-filters
// @module-tag refused-or-not-found

import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import { neutralizeFormula } from '../../core/domain/delimited.ts';
import type { Waybill } from '../../core/domain/waybill.ts';
import { nastyCells } from '../../sample/nasty-values.ts';
import { SAMPLE_ORDERS } from '../../sample/seed.ts';
import { queryCsv } from './csv-file.ts';
import { sha256, startTestCloud, type TestCloud } from './test-cloud.ts';

/** The budget for the worker's resident memory, in MB. */
const WORKER_RSS_LIMIT_MB = 192;

let cloud: TestCloud;
let database: Client;

beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: SAMPLE_ORDERS.acme, globexOrders: SAMPLE_ORDERS.globex });
  database = new Client({ connectionString: cloud.database.adminUrl });
  await database.connect();
}, 600_000);

afterAll(async () => {
  await database?.end();
  await cloud?.stop();
});

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

describe('all of acme’s orders', () => {
  let view: ExportView;
  let file: Buffer;
  const looks: ExportView[] = [];
  const memory: number[] = [];

  beforeAll(async () => {
    const created = await cloud.create('ada', { report: 'orders', format: 'csv', filters: {} });
    expect(created.status).toBe(202);
    expect(created.headers.get('location')).toBe(`/v1/exports/${created.body.id}`);
    expect(created.headers.get('retry-after')).toBe('2');
    expect(created.body.status).toBe('queued');
    view = await cloud.ended('ada', created.body.id, (look) => {
      looks.push(look);
      for (const { pid } of cloud.tasks.running()) if (pid !== undefined) memory.push(residentMegabytes(pid));
    });
    file = await cloud.download('ada', view.id);
  }, 600_000);

  test('end ready, with every row', async () => {
    const { rows } = await database.query("SELECT count(*)::int AS n FROM app.orders WHERE account_id = 'acme'");
    expect(rows[0].n).toBe(1_200_000);
    expect(view).toMatchObject({ status: 'ready', file: { rows: 1_200_000, bytes: file.length } });
  });

  test('are the file that the waybill describes', async () => {
    const { body: waybill } = await cloud.call<Waybill>('ada', 'GET', `/v1/exports/${view.id}/waybill`);
    expect(waybill.file).toMatchObject({ rows: 1_200_000, bytes: file.length, sha256: sha256(file) });
    expect(waybill.accountId).toBe('acme');
    expect(waybill.requestedBy.userId).toBe('usr_ada');
  });

  test('are acme’s and no one else’s, and hold every nasty value exactly', async () => {
    const { rows } = await database.query(
      "SELECT count(*)::text AS n, sum(order_id)::text AS ids, sum(total)::text AS total FROM app.orders WHERE account_id = 'acme'",
    );
    const sums = `SELECT count(*), sum("Order ID"::HUGEINT), sum("Total"::DECIMAL(38, 6)) FROM FILE`;
    expect(await queryCsv(file, sums)).toEqual([Object.values(rows[0])]);

    const nasty = nastyCells(SAMPLE_ORDERS).filter(
      ({ accountId, column }) => accountId === 'acme' && column === 'note',
    );
    const ids = nasty.map(({ orderId }) => `'${orderId}'`).join();
    const found = await queryCsv(file, `SELECT "Order ID", "Note" FROM FILE WHERE "Order ID" IN (${ids})`);
    const expected = nasty.map(({ orderId, value }) => [String(orderId), value && neutralizeFormula(value)]);
    expect(new Map(found as [string, string][])).toEqual(new Map(expected as [string, string][]));
  }, 600_000);

  test('are produced while the API answers: no answer waits for the query', () => {
    // The answer to the request itself came before the export had left the queue; see above.
    expect(looks.filter((look) => look.status === 'running').length).toBeGreaterThan(5);
  });

  test('show progress that only grows, towards the number of rows', () => {
    const written = looks.flatMap((look) => look.progress?.rowsWritten ?? []);
    expect(written.length).toBeGreaterThan(5);
    expect(written).toEqual([...written].sort((a, b) => a - b));
    expect(new Set(written).size).toBeGreaterThan(2);
    const total = looks.find((look) => look.progress !== undefined)?.progress?.rowsTotal ?? 0;
    expect(Math.abs(total - 1_200_000)).toBeLessThan(120_000);
  });

  test('leave the worker’s memory flat', () => {
    expect(memory.length).toBeGreaterThan(5);
    expect(Math.max(...memory)).toBeLessThan(WORKER_RSS_LIMIT_MB);
  });

  test('are answered with 304 while nothing has changed', async () => {
    const first = await cloud.call('ada', 'GET', `/v1/exports/${view.id}`);
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect((await cloud.call('ada', 'GET', `/v1/exports/${view.id}`, { headers })).status).toBe(304);
    const other = { 'if-none-match': '"another"' };
    expect((await cloud.call('ada', 'GET', `/v1/exports/${view.id}`, { headers: other })).status).toBe(200);
  });

  test('are out of reach for mel, for gus, and without a signature', async () => {
    for (const user of ['mel', 'gus']) {
      for (const path of ['', '/download', '/waybill', '/events']) {
        const { status } = await cloud.call(user, 'GET', `/v1/exports/${view.id}${path}`);
        expect([user, path, status]).toEqual([user, path, 404]);
      }
    }
    const redirect = await cloud.call('ada', 'GET', `/v1/exports/${view.id}/download`);
    const url = new URL(redirect.headers.get('location') ?? '');
    expect((await fetch(url)).status).toBe(200);
    url.searchParams.set('X-Amz-Signature', '0'.repeat(64));
    expect((await fetch(url)).status).toBe(403);
  });
});

describe('the request is frozen', () => {
  test('rows added after the request do not change what was asked for', async () => {
    const filters = { placedFrom: '2025-12-31', placedTo: '2025-12-31' };
    const created = await cloud.create('ada', { report: 'orders', filters, columns: ['orderId', 'placedAt'] });
    // Next day's order, whatever the export is doing meanwhile.
    await database.query(`
      INSERT INTO app.orders
      SELECT (r).* FROM (
        SELECT jsonb_populate_record(o, '{"order_id": 9000001, "placed_at": "2026-01-01T00:00:00Z"}') AS r
        FROM app.orders o WHERE account_id = 'acme' ORDER BY order_id LIMIT 1) AS late`);
    const view = await cloud.ended('ada', created.body.id);
    expect(view.filters).toEqual(filters);
    const expected = await database.query(
      "SELECT count(*)::int AS n FROM app.orders WHERE account_id = 'acme' AND placed_at >= '2025-12-31' AND placed_at < '2026-01-01'",
    );
    expect(view.file?.rows).toBe(expected.rows[0].n);
    const placed = await queryCsv(await cloud.download('ada', view.id), 'SELECT "Placed at" FROM FILE');
    expect(placed.length).toBe(expected.rows[0].n);
    expect(placed.every(([at]) => at?.startsWith('2025-12-31T'))).toBe(true);
  }, 600_000);

  test('each row is asked for once: a small export takes the Lambda, a large one the task', async () => {
    const small = await cloud.create('ada', {
      report: 'orders',
      filters: { placedFrom: '2025-12-31', placedTo: '2025-12-31' },
    });
    const view = await cloud.ended('ada', small.body.id);
    expect(view.status).toBe('ready');
    expect(cloud.output.some((line) => line.includes('run-small-export') && line.includes(view.id))).toBe(true);
    expect(cloud.output.some((line) => line.includes('-worker |') && line.includes(view.id))).toBe(false);
  }, 600_000);
});
