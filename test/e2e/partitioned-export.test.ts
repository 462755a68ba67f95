// @module-tag partitioned-export
// @module-tag partitioned-gzip
// @module-tag partitioned-kills
// @module-tag partitioned-writers

import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import type { Compression } from '../../core/domain/report.ts';
import type { Waybill } from '../../core/domain/waybill.ts';
import type { RangeState } from '../../core/ports/range-store.ts';
import { delimitedHeading } from '../../formats/delimited.ts';
import { gzipMembers } from '../support/compressed-units.ts';
import { queryCsv } from './csv-file.ts';
import { ORDERS, type PartitionedCloud, startPartitionedCloud, until } from './partitioned-cloud.ts';
import { sha256 } from './test-cloud.ts';

const SETTLE_MS = 300_000;

vi.setConfig({ testTimeout: 600_000 });

let cloud: PartitionedCloud;

beforeAll(async () => {
  cloud = await startPartitionedCloud();
}, 600_000);

afterAll(async () => {
  await cloud?.stop();
});

const create = (compression: Compression = 'none') => cloud.order({ format: 'csv', compression });
const createSlow = () => cloud.orderSlowly({ format: 'csv' });

/** The file as one process reads it in one stream, at a snapshot that somebody holds or at one of its own. */
async function inOneStream(id: ExportId, name?: string): Promise<string> {
  const { plan, reader } = await cloud.readerOf(id, name);
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
      if (cloud.processesOf('lead').length === 1) most = Math.max(most, cloud.processesOf('part').length);
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
    const { plan, ranges } = (await cloud.rangesOf(id)) as RangeState;
    const current = ranges.filter(({ replaced }) => !replaced).toSorted((a, b) => a.from - b.from);
    expect(current.length).toBeGreaterThan(4);
    expect(current.every(({ tries }) => tries === 1)).toBe(true);
    expect(current.map(({ from }) => from)).toEqual([0, ...current.slice(0, -1).map(({ to }) => to)]);
    expect(current.at(-1)?.to).toBe(plan.slices.length);
    expect(current.reduce((sum, { rows }) => sum + rows, 0)).toBe(ORDERS);
  });

  test('are one gzip member of the same bytes, where that is asked for', async () => {
    const id = await create('gzip');
    const { view, file } = await readyFile(id);
    expect(view).toMatchObject({ attempt: 1, file: { rows: ORDERS, bytes: file.length, sha256: sha256(file) } });
    expect(gzipMembers(file)).toBe(1);
    expect(sha256(gunzipSync(file))).toBe(await inOneStream(id));
    const { ranges } = (await cloud.rangesOf(id)) as RangeState;
    expect(ranges.filter(({ result }) => result).length).toBeGreaterThan(1);
  });

  test('lose one range with a worker that is killed, and nothing else', async () => {
    const id = await createSlow();
    await cloud.underWay(id);
    const lost = await cloud.killInTheMiddle(id);
    const { view, file } = await readyFile(id);
    expect(view.attempt).toBe(1);
    expect(sha256(file)).toBe(await inOneStream(id));
    const { ranges } = (await cloud.rangesOf(id)) as RangeState;
    expect(ranges.filter(({ tries }) => tries > 1).map(({ number, tries }) => [number, tries])).toEqual([[lost, 2]]);
  });

  test('begin anew when the lead is killed', async () => {
    const id = await createSlow();
    await cloud.underWay(id);
    const [lead] = cloud.processesOf('lead');
    expect(lead).toBeDefined();
    if (lead) process.kill(lead.pid, 'SIGKILL');
    expect(await cloud.settle(SETTLE_MS)).toBe(true);
    const { view, file } = await readyFile(id);
    expect(view).toMatchObject({ attempt: 2, file: { rows: ORDERS } });
    expect(sha256(file)).toBe(await inOneStream(id));
  });

  test('are given up by everyone within seconds of a cancellation', async () => {
    const id = await createSlow();
    await cloud.underWay(id);
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
      if (record.status === 'cancelled') expect(await cloud.rangesOf(record.id)).toBeUndefined();
    }
  });
});

describe('while others write', () => {
  test('the file is the snapshot, whatever is inserted, changed and deleted meanwhile', async () => {
    // The planner is to know the table as it is, not as the exports before have left it.
    await cloud.orders.query('VACUUM (ANALYZE) app.orders');
    const writing = cloud.writeMeanwhile();
    const id = await createSlow();
    const { plan } = await cloud.underWay(id);
    const [single, counted] = await Promise.all([inOneStream(id, plan.snapshotName), cloud.sumsAt(plan.snapshotName)]);
    const view = await cloud.ended('ada', id);
    expect(await writing.stop()).toBeGreaterThan(100);
    expect(view).toMatchObject({ status: 'ready' });
    const file = await cloud.download('ada', id);
    expect(sha256(file)).toBe(single);
    const sums = `SELECT count(*), sum("Order ID"::HUGEINT), sum("Total"::DECIMAL(38, 6)) FROM FILE`;
    expect(await queryCsv(file, sums)).toEqual([counted]);
    // The table itself has moved on.
    expect(await inOneStream(id)).not.toBe(single);
  });
});
