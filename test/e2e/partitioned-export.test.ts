// @module-tag partitioned-export
// @module-tag partitioned-kills
// @module-tag partitioned-writers

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openRangeStore } from '../../adapters/dynamodb/range-store.ts';
import { createStores } from '../../adapters/dynamodb/stores.ts';
import { postgresExportSource } from '../../adapters/postgres/source.ts';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import { planExport } from '../../core/domain/export-plan.ts';
import { HEARTBEAT_MS } from '../../core/domain/lifecycle.ts';
import type { Waybill } from '../../core/domain/waybill.ts';
import type { RangeReader } from '../../core/ports/export-source.ts';
import type { RangeState, RangeStore } from '../../core/ports/range-store.ts';
import { delimitedHeading } from '../../formats/delimited.ts';
import { catalog } from '../../reports/index.ts';
import { type ProofCloud, startProofCloud } from '../proof/proof-cloud.ts';
import { queryCsv } from './csv-file.ts';
import { operatorConfig } from './operator.ts';
import { partitionAbove } from './partitioned-stage.ts';
import { sha256 } from './test-cloud.ts';

const ORDERS = 400_000;
const ACCOUNT = 'acme';
const SETTLE_MS = 300_000;

vi.setConfig({ testTimeout: 600_000 });

let cloud: ProofCloud;
let stores: ReturnType<typeof createStores>;
let ranges: RangeStore;
let database: pg.Pool;

beforeAll(async () => {
  cloud = await startProofCloud(
    { acme: ORDERS, globex: 1_000 },
    { changeTemplate: partitionAbove(100_000), recordsPermissions: true },
  );
  const client = new DynamoDBClient(operatorConfig(cloud));
  const { tableName } = cloud.info();
  stores = createStores({ client, tableName });
  ranges = openRangeStore({ client, tableName });
  database = new pg.Pool({ connectionString: cloud.database.adminUrl });
}, 600_000);

afterAll(async () => {
  await database?.end();
  await cloud?.stop();
});

/** The processes of a role that run now. */
function processesOf(role: string): { taskArn: string; pid: number }[] {
  return cloud.tasks.running().flatMap(({ taskArn, pid }) => {
    if (pid === undefined) return [];
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
      return environment.includes(`ROLE=${role}`) ? [{ taskArn, pid }] : [];
    } catch {
      return [];
    }
  });
}

async function create(): Promise<ExportId> {
  const { status, body } = await cloud.create('ada', { report: 'orders', format: 'csv', filters: {} });
  expect(status).toBe(202);
  return body.id as ExportId;
}

/**
 * One whose ranges outlast some heartbeats, which tell how many rows there are: on a machine with nothing else to do a range
 * is made between two of them, and nobody ever sees one under way.
 */
async function createSlow(): Promise<ExportId> {
  await cloud.faults.set({
    rules: [{ kind: 'delay', principal: '/part', operation: 'UploadPart', delayMs: 3 * HEARTBEAT_MS }],
  });
  return create();
}

async function rangesOf(id: ExportId): Promise<RangeState | undefined> {
  return ranges.read(id);
}

/** Looks until it has come to that. */
async function until<Found>(look: () => Promise<Found | undefined> | Found | undefined): Promise<Found> {
  for (let looks = 0; looks < 6_000; looks += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(20);
  }
  throw new Error('It did not come to that');
}

/** The plan, once rows have been written and not all of them. */
function underWay(id: ExportId): Promise<RangeState> {
  return until(async () => {
    const state = await rangesOf(id);
    return state?.ranges.some(({ rows, result }) => rows > 0 && result === undefined) ? state : undefined;
  });
}

/** Kills a worker that is at a range. @returns the range: the one whose lease nobody renews while the worker stands still */
function killInTheMiddle(id: ExportId): Promise<number> {
  return until(async () => {
    const [victim] = processesOf('part');
    if (victim === undefined) return undefined;
    process.kill(victim.pid, 'SIGSTOP');
    await sleep(500);
    const before = (await rangesOf(id))?.ranges ?? [];
    await sleep(4 * HEARTBEAT_MS);
    const after = (await rangesOf(id))?.ranges ?? [];
    const still = after.find(
      ({ number, leaseUntil, result }) =>
        leaseUntil > 0 && !result && before.some((range) => range.number === number && range.leaseUntil === leaseUntil),
    );
    process.kill(victim.pid, still === undefined ? 'SIGCONT' : 'SIGKILL');
    return still?.number;
  });
}

/** The file as one process reads it in one stream, at a snapshot that somebody holds or at one of its own. */
async function inOneStream(id: ExportId, name?: string): Promise<string> {
  const record = await stores.exports.get({ accountId: ACCOUNT, exportId: id });
  if (record === undefined) throw new Error('no such export');
  const plan = planExport(catalog, record);
  const { username: user, password, hostname: host, port, pathname } = new URL(cloud.database.adminUrl);
  const credentials = { user, password, host, port: Number(port), database: pathname.slice(1), tls: false };
  const source = postgresExportSource(async () => credentials);
  const { signal } = new AbortController();
  const reader: RangeReader | undefined =
    name === undefined ? await source.share(plan, signal) : await source.join(plan, name, signal);
  if (reader === undefined) throw new Error('no snapshot');
  const hash = createHash('sha256').update(delimitedHeading(plan, 'csv'));
  const stream = await reader.open({});
  if (stream.kind !== 'bytes') throw new Error('no bytes');
  for await (const { data } of stream.items) hash.update(data);
  await reader.close();
  return hash.digest('hex');
}

async function readyFile(id: ExportId): Promise<{ view: ExportView; file: Buffer }> {
  const view = await cloud.ended('ada', id);
  expect(view).toMatchObject({ status: 'ready' });
  return { view, file: await cloud.download('ada', id) };
}

describe('hundreds of thousands of orders', () => {
  test('are made by four workers and their lead, byte for byte as by one', async () => {
    const id = await create();
    const written: number[] = [];
    let most = 0;
    const view = await cloud.ended('ada', id, ({ progress }) => {
      if (progress) written.push(progress.rowsWritten);
      if (processesOf('lead').length === 1) most = Math.max(most, processesOf('part').length);
    });
    expect(view).toMatchObject({ status: 'ready', attempt: 1, file: { rows: ORDERS } });
    expect(most).toBe(4);
    expect(written).toEqual(written.toSorted((a, b) => a - b));
    expect(new Set(written).size).toBeGreaterThan(2);

    const file = await cloud.download('ada', id);
    expect(view.file).toMatchObject({ bytes: file.length, sha256: sha256(file) });
    expect(sha256(file)).toBe(await inOneStream(id));
    const { body: waybill } = await cloud.call<Waybill>('ada', 'GET', `/v1/exports/${id}/waybill`);
    expect(waybill.file).toMatchObject({ rows: ORDERS, bytes: file.length, sha256: sha256(file) });

    // More than one worker had a hand in it, each slice was made once, and the ranges are next to one another.
    const { plan, ranges } = (await rangesOf(id)) as RangeState;
    const current = ranges.filter(({ replaced }) => !replaced).toSorted((a, b) => a.from - b.from);
    expect(current.length).toBeGreaterThan(4);
    expect(current.every(({ tries }) => tries === 1)).toBe(true);
    expect(current.map(({ from }) => from)).toEqual([0, ...current.slice(0, -1).map(({ to }) => to)]);
    expect(current.at(-1)?.to).toBe(plan.slices.length);
    expect(current.reduce((sum, { rows }) => sum + rows, 0)).toBe(ORDERS);
  });

  test('lose one range with a worker that is killed, and nothing else', async () => {
    const id = await createSlow();
    await underWay(id);
    const lost = await killInTheMiddle(id);
    const { view, file } = await readyFile(id);
    expect(view.attempt).toBe(1);
    expect(sha256(file)).toBe(await inOneStream(id));
    const { ranges } = (await rangesOf(id)) as RangeState;
    expect(ranges.filter(({ tries }) => tries > 1).map(({ number, tries }) => [number, tries])).toEqual([[lost, 2]]);
  });

  test('begin anew when the lead is killed', async () => {
    const id = await createSlow();
    await underWay(id);
    const [lead] = processesOf('lead');
    expect(lead).toBeDefined();
    if (lead) process.kill(lead.pid, 'SIGKILL');
    expect(await cloud.settle(SETTLE_MS)).toBe(true);
    const { view, file } = await readyFile(id);
    expect(view).toMatchObject({ attempt: 2, file: { rows: ORDERS } });
    expect(sha256(file)).toBe(await inOneStream(id));
  });

  test('are given up by everyone within seconds of a cancellation', async () => {
    const id = await createSlow();
    await underWay(id);
    expect((await cloud.call('ada', 'POST', `/v1/exports/${id}/cancel`)).status).toBe(202);
    const askedAt = performance.now();
    expect(await cloud.ended('ada', id)).toMatchObject({ status: 'cancelled' });
    await until(() => (cloud.tasks.running().length === 0 ? true : undefined));
    expect(performance.now() - askedAt).toBeLessThan(30_000);
    expect(await cloud.settle(SETTLE_MS)).toBe(true);
  });

  test('leave nothing behind, and hold every guarantee', async () => {
    const verdicts = await cloud.judge();
    expect(verdicts.flatMap(({ violations }) => violations)).toEqual([]);
    for (const { record } of await cloud.witness.exports()) {
      if (record.status === 'cancelled') expect(await rangesOf(record.id)).toBeUndefined();
    }
  });
});

describe('while others write', () => {
  test('the file is the snapshot, whatever is inserted, changed and deleted meanwhile', async () => {
    // The planner is to know the table as it is, not as the exports before have left it.
    await database.query('VACUUM (ANALYZE) app.orders');
    let isOver = false;
    let writes = 0;
    const write = async (writer: number) => {
      // One row in the order of the key, wherever that is.
      const anywhere = `account_id = 'acme' AND order_id =
        (SELECT order_id FROM app.orders WHERE account_id = 'acme' AND order_id >= $1 ORDER BY order_id LIMIT 1)`;
      const somewhere = () => [Math.floor(Math.random() * ORDERS)];
      for (let turn = 0; !isOver; turn += 1) {
        await database.query(
          `INSERT INTO app.orders SELECT (r).* FROM (
             SELECT jsonb_populate_record(o, jsonb_build_object('order_id', $2::bigint, 'order_uuid', gen_random_uuid(),
               'order_number', $2::text)) AS r
             FROM app.orders o WHERE ${anywhere}) AS copied`,
          [...somewhere(), 20_000_000 + writer * 1_000_000 + turn],
        );
        await database.query(`UPDATE app.orders SET note = 'changed' || random() WHERE ${anywhere}`, somewhere());
        await database.query(`DELETE FROM app.orders WHERE ${anywhere}`, somewhere());
        writes += 3;
        await sleep(10);
      }
    };
    const writers = [1, 2, 3].map(write);
    const id = await createSlow();
    const { plan } = await underWay(id);
    const [single, counted] = await Promise.all([inOneStream(id, plan.snapshotName), sumsAt(plan.snapshotName)]);
    const view = await cloud.ended('ada', id);
    isOver = true;
    await Promise.all(writers);
    expect(view).toMatchObject({ status: 'ready' });
    expect(writes).toBeGreaterThan(100);
    const file = await cloud.download('ada', id);
    expect(sha256(file)).toBe(single);
    const sums = `SELECT count(*), sum("Order ID"::HUGEINT), sum("Total"::DECIMAL(38, 6)) FROM FILE`;
    expect(await queryCsv(file, sums)).toEqual([counted]);
    // The table itself has moved on.
    expect(await inOneStream(id)).not.toBe(single);
  });
});

/** What a plain SELECT finds under the snapshot that the lead holds. */
async function sumsAt(snapshotName: string): Promise<string[]> {
  const client = await database.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(snapshotName)}`);
    const { rows } = await client.query<Record<string, string>>(
      "SELECT count(*)::text AS n, sum(order_id)::text AS ids, sum(total)::text AS total FROM app.orders WHERE account_id = 'acme'",
    );
    await client.query('COMMIT');
    return Object.values(rows[0] ?? {});
  } finally {
    client.release();
  }
}
