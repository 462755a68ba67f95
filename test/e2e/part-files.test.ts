// @module-tag part-files-made
// @module-tag part-files-fenced
// @module-tag part-files-writers

import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import { exportPrefix } from '../../core/domain/file-keys.ts';
import { type PartFilesWaybill, waybillSchema } from '../../core/domain/waybill.ts';
import { delimitedHeading } from '../../formats/delimited.ts';
import { ORDERS, type PartitionedCloud, startPartitionedCloud, until } from './partitioned-cloud.ts';
import { sha256 } from './test-cloud.ts';

const SETTLE_MS = 300_000;
const DAY_SECONDS = 86_400;

vi.setConfig({ testTimeout: 600_000 });

let cloud: PartitionedCloud;

beforeAll(async () => {
  cloud = await startPartitionedCloud();
}, 600_000);

afterAll(async () => {
  await cloud?.stop();
});

interface PublishedFiles {
  readonly view: ExportView;
  readonly waybill: PartFilesWaybill;
  /** In the manifest's order. */
  readonly bodies: readonly Buffer[];
}

/** The files of an export that has ended, each as its manifest has it, and the manifest as the record has it. */
async function published(id: ExportId, rows: number): Promise<PublishedFiles> {
  const view = await cloud.ended('ada', id);
  expect(view).toMatchObject({ status: 'ready', file: { rows } });
  const { body } = await cloud.call<object>('ada', 'GET', `/v1/exports/${id}/waybill`);
  const waybill = waybillSchema.parse(body);
  if (waybill.schemaVersion !== 2) throw new Error('it is one file');
  const bodies: Buffer[] = [];
  for (const part of waybill.files.keys()) bodies.push(await cloud.download('ada', id, part + 1));
  expect(waybill.files.map(({ bytes, sha256 }) => [bytes, sha256])).toEqual(
    bodies.map((each) => [each.length, sha256(each)]),
  );
  const bytes = bodies.reduce((sum, each) => sum + each.length, 0);
  expect(waybill.file).toMatchObject({ rows, bytes });
  expect(waybill.files.reduce((sum, file) => sum + file.rows, 0)).toBe(rows);
  const text = `${JSON.stringify(body, null, 2)}\n`;
  expect(view.file).toMatchObject({ bytes, partFiles: bodies.length, sha256: sha256(Buffer.from(text)) });
  return { view, waybill, bodies };
}

/** What one process alone reads as csv, without the heading. */
async function rowsOfOneStream(id: ExportId, snapshotName?: string): Promise<{ heading: Buffer; sha256: string }> {
  const { plan, reader } = await cloud.readerOf(id, snapshotName);
  const hash = createHash('sha256');
  const stream = await reader.open({});
  if (stream.kind !== 'bytes') throw new Error('no bytes');
  for await (const { data } of stream.items) hash.update(data);
  await reader.close();
  return { heading: Buffer.from(delimitedHeading(plan, 'csv')), sha256: hash.digest('hex') };
}

function sha256WithoutHeadings(bodies: readonly Buffer[], heading: Buffer): string {
  const hash = createHash('sha256');
  for (const body of bodies) {
    expect(body.subarray(0, heading.length).equals(heading)).toBe(true);
    hash.update(body.subarray(heading.length));
  }
  return hash.digest('hex');
}

/** Asks parquet files with SQL, by a program that had no part in writing them. @param sql names all of them as `FILES` */
async function queryParquet(bodies: readonly Buffer[], sql: string): Promise<unknown[][]> {
  const directory = await mkdtemp(join(tmpdir(), 'part-files-'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  try {
    for (const [index, body] of bodies.entries()) {
      await writeFile(join(directory, `${String(index).padStart(3, '0')}.parquet`), body);
    }
    const files = `read_parquet('${directory}/*.parquet', filename = true)`;
    const reader = await connection.runAndReadAll(sql.replaceAll('FILES', files));
    return reader.getRowsJson() as unknown[][];
  } finally {
    connection.closeSync();
    await rm(directory, { recursive: true });
  }
}

/** Keys of the export's objects, and of its open uploads. */
async function storedOf(id: ExportId): Promise<{ objects: readonly string[]; uploads: readonly string[] }> {
  const { objects, uploads } = await cloud.witness.collect();
  const prefix = exportPrefix({ accountId: 'acme', exportId: id });
  return {
    objects: objects.map(({ key }) => key).filter((key) => key.startsWith(prefix)),
    uploads: uploads.filter((key) => key.startsWith(prefix)),
  };
}

/** Sweeps until what was left has had to be gone, and expects no more than what the manifest names. */
async function expectTidy(id: ExportId, waybill: PartFilesWaybill | undefined): Promise<void> {
  for (let sweeps = 0; sweeps < 4; sweeps += 1) await cloud.sweep();
  const kept = waybill?.files.map(({ key }) => key) ?? [];
  const manifest = kept.slice(0, 1).map((key) => key.replace(/[^/]+$/, 'waybill.json'));
  const { objects, uploads } = await storedOf(id);
  expect(objects.toSorted()).toEqual([...kept, ...manifest].toSorted());
  expect(uploads).toEqual([]);
}

const sums = 'SELECT count(*)::VARCHAR, sum(orderId)::VARCHAR, sum(total)::VARCHAR FROM FILES';

describe('hundreds of thousands of orders', () => {
  test('are parquet files of four workers, which together are the table', async () => {
    const id = await cloud.order({ format: 'parquet' });
    let most = 0;
    const written: number[] = [];
    await cloud.ended('ada', id, ({ progress }) => {
      if (progress) written.push(progress.rowsWritten);
      if (cloud.processesOf('lead').length === 1) most = Math.max(most, cloud.processesOf('part').length);
    });
    expect(most).toBe(4);
    expect(written).toEqual(written.toSorted((a, b) => a - b));
    const { waybill, bodies } = await published(id, ORDERS);
    expect(bodies.length).toBeGreaterThan(4);
    expect(await queryParquet(bodies, sums)).toEqual([await cloud.sumsAt()]);
    const spans = await queryParquet(
      bodies,
      'SELECT count(*)::VARCHAR, min(orderId)::VARCHAR, max(orderId)::VARCHAR FROM FILES GROUP BY filename ORDER BY filename',
    );
    expect(spans.map(([rows]) => Number(rows))).toEqual(waybill.files.map(({ rows }) => rows));
    const ends = spans.flatMap(([, least, greatest]) => [Number(least), Number(greatest)]);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    await expectTidy(id, waybill);
  });

  test('are csv files on request, each with its heading, together the file of one stream', async () => {
    const id = await cloud.order({ format: 'csv', partFiles: true });
    const { waybill, bodies } = await published(id, ORDERS);
    const single = await rowsOfOneStream(id);
    expect(sha256WithoutHeadings(bodies, single.heading)).toBe(single.sha256);
    expect(waybill.files.map(({ name }) => name)).toEqual(waybill.files.map(({ name }) => name).toSorted());
  });

  test('lose one range with a worker that is killed, and nothing of it is published', async () => {
    const id = await cloud.orderSlowly({ format: 'parquet' });
    await cloud.underWay(id);
    const lost = await cloud.killInTheMiddle(id);
    const { view, waybill, bodies } = await published(id, ORDERS);
    expect(view.attempt).toBe(1);
    const tries = (await cloud.rangesOf(id))?.ranges.filter(({ tries }) => tries > 1) ?? [];
    expect(tries.map(({ number, tries }) => [number, tries])).toEqual([[lost, 2]]);
    // Its upload is open still, under a key of its own.
    const { uploads } = await storedOf(id);
    expect(uploads).toHaveLength(1);
    expect(waybill.files.map(({ key }) => key)).not.toContain(uploads[0]);
    expect(await queryParquet(bodies, sums)).toEqual([await cloud.sumsAt()]);
    await expectTidy(id, waybill);
  });

  test('begin anew when the lead is killed; what its attempt had made goes', async () => {
    const id = await cloud.order({ format: 'csv', partFiles: true });
    await until(async () => (await cloud.rangesOf(id))?.ranges.find(({ result }) => result?.file));
    const [lead] = cloud.processesOf('lead');
    expect(lead).toBeDefined();
    if (lead) process.kill(lead.pid, 'SIGKILL');
    expect(await cloud.settle(SETTLE_MS)).toBe(true);
    const { view, waybill, bodies } = await published(id, ORDERS);
    expect(view.attempt).toBe(2);
    const single = await rowsOfOneStream(id);
    expect(sha256WithoutHeadings(bodies, single.heading)).toBe(single.sha256);
    await expectTidy(id, waybill);
  });

  test('leave nothing when they are cancelled', async () => {
    const id = await cloud.order({ format: 'parquet' });
    await until(async () => (await cloud.rangesOf(id))?.ranges.find(({ result }) => result?.file));
    expect((await cloud.call('ada', 'POST', `/v1/exports/${id}/cancel`)).status).toBe(202);
    expect(await cloud.ended('ada', id)).toMatchObject({ status: 'cancelled' });
    await until(() => (cloud.tasks.running().length === 0 ? true : undefined));
    expect(await cloud.settle(SETTLE_MS)).toBe(true);
    await expectTidy(id, undefined);
  });
});

test('part files hold every guarantee, judged from outside', async () => {
  expect(await cloud.settle(SETTLE_MS)).toBe(true);
  const verdicts = await cloud.judge();
  expect(verdicts.flatMap(({ violations }) => violations)).toEqual([]);
});

describe('while others write', () => {
  test('all files are one snapshot, whatever is inserted, changed and deleted meanwhile', async () => {
    const writing = cloud.writeMeanwhile();
    const id = await cloud.orderSlowly({ format: 'csv', partFiles: true });
    const { plan } = await cloud.underWay(id);
    const [single, [rows]] = await Promise.all([
      rowsOfOneStream(id, plan.snapshotName),
      cloud.sumsAt(plan.snapshotName),
    ]);
    await cloud.ended('ada', id);
    expect(await writing.stop()).toBeGreaterThan(100);
    const { bodies } = await published(id, Number(rows));
    expect(sha256WithoutHeadings(bodies, single.heading)).toBe(single.sha256);
    // The table itself has moved on.
    expect((await rowsOfOneStream(id)).sha256).not.toBe(single.sha256);
  });
});

describe('at the end of their time', () => {
  test('part files go, every one, with their manifest', async () => {
    const deleted = await cloud.order({ format: 'parquet' });
    await cloud.ended('ada', deleted);
    expect((await cloud.call('ada', 'DELETE', `/v1/exports/${deleted}`)).status).toBe(204);
    await expectTidy(deleted, undefined);
    await cloud.advance(31 * DAY_SECONDS);
    for (let sweeps = 0; sweeps < 4; sweeps += 1) await cloud.sweep();
    const { objects, uploads } = await cloud.witness.collect();
    expect([...objects.map(({ key }) => key), ...uploads]).toEqual([]);
  });
});
