// @module-tag part-files-made

import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../core/domain/snapshot.ts';
import { waybillSchema } from '../../core/domain/waybill.ts';
import { gzipMembers, zstdFrames } from '../support/compressed-units.ts';
import { slicedRows } from '../support/sliced-rows.ts';
import { SlicedSource } from '../support/sliced-source.ts';
import { expectTheRowsOfOneStream, expectWhole, published, slices } from './published-part-files.ts';
import { inOneStream, startRun, until } from './ranges-run.ts';

const ROWS = 10;
const csv = { partFiles: true } as const;
const parquet = { partFiles: true, format: 'parquet' } as const;

describe('part files', () => {
  test('of csv have a heading each, and together the rows of one stream, each slice read once', async () => {
    const source = new SlicedSource(slices(16));
    const run = await startRun(source, csv);
    const { lead, parts } = await run.start(4);
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 160 } });
    expect(await Promise.all(parts.map((part) => part.outcome))).toEqual(parts.map(() => ({ kind: 'done' })));
    expect(source.opened.toSorted((a, b) => a - b)).toEqual([...Array(16).keys()]);
    await expectTheRowsOfOneStream(await expectWhole(run, 160), slices(16));

    const { waybill, file } = await published(run);
    expect(waybill.snapshot.databaseSnapshotId).toBe('7:7:');
    const [base] = file.name.split('.');
    const count = String(waybill.files.length);
    expect(waybill.files.map(({ name }) => name)).toEqual(
      waybill.files.map((_, at) => `${base}-part-${String(at + 1).padStart(count.length, '0')}-of-${count}.csv`),
    );
    // Each in a place of its own, below that of the attempt, with the tag by which it expires.
    const place = file.waybillKey.replace('waybill.json', '');
    for (const { key } of waybill.files) {
      expect(key.replace(place, '')).toMatch(/^part-\d{5}-claim\d+\.csv$/);
      expect(run.files.objects.get(key)?.options).toEqual({ contentType: 'text/csv; charset=utf-8', retentionDays: 7 });
    }
    expect([...run.files.objects.keys()].toSorted()).toEqual(
      [file.waybillKey, ...waybill.files.map(({ key }) => key)].toSorted(),
    );
    // Somebody may have lost one that nobody knows of.
    expect((await run.record()).cleaned).toBeUndefined();
  });

  test('of parquet are complete, and tell the same snapshot', async () => {
    const rows = slices(8);
    const run = await startRun(slicedRows(new SlicedSource(rows)), parquet);
    const { lead } = await run.start(3);
    expect(await lead.outcome).toMatchObject({ kind: 'ready' });
    const bodies = await expectWhole(run, 80);
    const ids: unknown[] = [];
    for (const body of bodies) {
      const file = new Uint8Array(body).buffer;
      const { num_rows, key_value_metadata } = parquetMetadata(file);
      const told = JSON.parse(key_value_metadata?.find(({ key }) => key === 'waybill')?.value ?? '');
      expect(told.snapshot).toEqual({ takenAt: '2026-01-02T00:00:00.000Z', databaseSnapshotId: '7:7:' });
      const read = await parquetReadObjects({ file });
      expect(read).toHaveLength(Number(num_rows));
      ids.push(...read.map(({ id }) => Number(id)));
    }
    expect(ids).toEqual(rows.flatMap((count, slice) => Array.from({ length: count }, (_, row) => slice * 1e6 + row)));
  });

  test.each([
    ['csv', 'gzip', gunzipSync, gzipMembers],
    ['ndjson', 'zstd', zstdDecompressSync, zstdFrames],
  ] as const)('of %s with %s are one member or frame each', async (format, compression, decompressed, unitsOf) => {
    const sliced = new SlicedSource(slices(8));
    const run = await startRun(format === 'csv' ? sliced : slicedRows(sliced), { ...csv, format, compression });
    const { lead } = await run.start(2);
    expect(await lead.outcome).toMatchObject({ kind: 'ready' });
    const bodies = await expectWhole(run, 80);
    expect(bodies.length).toBeGreaterThan(1);
    for (const body of bodies) expect(unitsOf(body)).toBe(1);
    const plain = bodies.map((body) => decompressed(body));
    if (format === 'csv') await expectTheRowsOfOneStream(plain, slices(8));
    else {
      const single = await inOneStream(slicedRows(new SlicedSource(slices(8))), { format });
      expect(Buffer.concat(plain).equals(single.file)).toBe(true);
    }
  });

  test('are none for ranges without rows, and numbered without a gap', async () => {
    const rows = [0, 0, 5, 0, 0, 0, 7, 1, 0, 0, 0, 0];
    const run = await startRun(new SlicedSource(rows), csv);
    const { lead } = await run.start(3);
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 13 } });
    const bodies = await expectWhole(run, 13);
    expect(bodies.length).toBeLessThan((await run.ranges()).length);
    await expectTheRowsOfOneStream(bodies, rows);
  });

  test.each([
    ['no range has rows', [0, 0, 0, 0], 0],
    ['there is one slice', [4], 4],
  ])('are one file, as ever, when %s', async (_, rows, count) => {
    const run = await startRun(new SlicedSource(rows), csv);
    const lead = run.lead();
    await until(() => run.handedOver.length > 0);
    run.part();
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: count } });
    const { file } = await run.record();
    expect(file).not.toHaveProperty('partFiles');
    const waybill = waybillSchema.parse(JSON.parse((await run.files.readText(file?.waybillKey ?? '')) ?? ''));
    expect(waybill).toMatchObject({ schemaVersion: 1, file: { sha256: file?.sha256 } });
    const single = await inOneStream(new SlicedSource(rows));
    expect((await run.file()).equals(single.file)).toBe(true);
    expect(run.files.objects.size).toBe(2);
  });

  test('are one file where the source cannot be shared', async () => {
    const source = new SlicedSource(slices(4));
    source.sharable = false;
    const run = await startRun(source, csv);
    expect(await run.lead().outcome).toMatchObject({ kind: 'ready', file: { rows: 40 } });
    expect((await run.record()).file).not.toHaveProperty('partFiles');
  });

  test('end where the tail of a range was taken by somebody else', async () => {
    const source = new SlicedSource(slices(32));
    const gate = Promise.withResolvers<void>();
    source.beforeChunk = (slice) => (slice === 0 ? gate.promise : undefined);
    const run = await startRun(source, csv);
    const { lead } = await run.start(2);
    await until(async () => {
      const left = (await run.ranges()).filter(({ result }) => !result);
      return left.length === 1 && left[0]?.from === 0 && left[0].to === 1;
    });
    gate.resolve();
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 320 } });
    const bodies = await expectWhole(run, 320);
    expect(bodies.length).toBe((await run.ranges()).length);
    expect((await published(run)).waybill.files[0]?.rows).toBe(ROWS);
    expect(source.opened.toSorted((a, b) => a - b)).toEqual([...Array(32).keys()]);
    await expectTheRowsOfOneStream(bodies, slices(32));
  });

  test('are longer where there would be more slices than can be written down', async () => {
    const source = new SlicedSource(Array.from({ length: 1_200 }, (_, slice) => Number(slice % 100 === 0)));
    const asked: number[] = [];
    const { share } = source;
    source.share = async (plan, signal) => {
      const holder = await share.call(source, plan, signal);
      if (holder === undefined) return undefined;
      const ranges = async (bytes: number) => {
        asked.push(bytes);
        const [first, ...others] = await holder.ranges(bytes);
        return asked.length === 1 ? ([first, ...others] as const) : ([first, ...others.slice(0, 499)] as const);
      };
      return { ...holder, ranges };
    };
    const run = await startRun(source, csv);
    const { lead } = await run.start(4);
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 5 } });
    expect((await run.record()).file?.partFiles).toBeGreaterThan(1);
    expect(asked).toEqual([16 * 1024 * 1024, 3 * 16 * 1024 * 1024]);
  });

  test('are too large together, although none of them is', async () => {
    const run = await startRun(new SlicedSource(slices(16)), { ...csv, maxFileBytes: 2_000_000 });
    const { lead, parts } = await run.start(4);
    const outcome = await lead.outcome;
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'too_large' } });
    for (const part of parts) expect(await part.outcome).toEqual({ kind: 'done' });
    expect((await run.record()).file).toBeUndefined();
  });

  test('add up their progress, which never shrinks', async () => {
    const run = await startRun(new SlicedSource(slices(16)), csv);
    const seen: number[] = [];
    const { lead } = await run.start(4);
    const looking = until(async () => {
      seen.push((await run.stores.exports.getWithAttempt(run.ref))?.attempt?.progress.rowsWritten ?? 0);
      return (await run.record()).status !== 'running';
    });
    await Promise.all([lead.outcome, looking]);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(3);
  });
});

test('a request of one file is one file by several workers', async () => {
  const rows = Array.from({ length: 8 }, () => 82);
  const run = await startRun(new SlicedSource(rows), {} satisfies Partial<Snapshot>);
  const { lead } = await run.start(2);
  expect(await lead.outcome).toMatchObject({ kind: 'ready' });
  expect((await run.record()).file).not.toHaveProperty('partFiles');
  expect(run.files.objects.size).toBe(2);
});
