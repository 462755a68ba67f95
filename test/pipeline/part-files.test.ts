// @module-tag part-files-made
// @module-tag part-files-fenced

import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { LEASE_MS } from '../../core/domain/lifecycle.ts';
import type { Snapshot } from '../../core/domain/snapshot.ts';
import { type PartFilesWaybill, waybillSchema } from '../../core/domain/waybill.ts';
import { gzipMembers, zstdFrames } from '../support/compressed-units.ts';
import { untilAborted } from '../support/scripted-source.ts';
import { slicedRows } from '../support/sliced-rows.ts';
import { SlicedSource } from '../support/sliced-source.ts';
import { inOneStream, sha256, startRun, until } from './ranges-run.ts';

type Run = Awaited<ReturnType<typeof startRun>>;

const ROWS = 10;
const HEADING = 'id,name\r\n';
const slices = (count: number) => Array.from({ length: count }, () => ROWS);
const csv = { partFiles: true } as const;
const parquet = { partFiles: true, format: 'parquet' } as const;

/** What was published: the manifest as it is written, and the files that it names, in its order. */
async function published({ record, files }: Run) {
  const { file } = await record();
  const text = (await files.readText(file?.waybillKey ?? '')) ?? '';
  const waybill = waybillSchema.parse(JSON.parse(text));
  if (file === undefined || waybill.schemaVersion !== 2) throw new Error('one file, or none');
  const bodies = waybill.files.map(({ key }) => {
    const object = files.objects.get(key);
    if (object === undefined) throw new Error(`${key} is not there`);
    return object.body;
  });
  return { file, text, waybill, bodies };
}

/** Everything the manifest says is so, and nobody has an upload open. */
async function expectWhole(run: Run, rows: number): Promise<readonly Buffer[]> {
  const { file, text, waybill, bodies } = await published(run);
  expectDescribed(waybill, bodies);
  const bytes = bodies.reduce((sum, { length }) => sum + length, 0);
  expect(waybill.file).toEqual({ name: file.name, rows, bytes });
  expect(file).toMatchObject({ key: file.waybillKey, rows, bytes, sha256: sha256(Buffer.from(text)) });
  expect(file.partFiles).toBe(bodies.length);
  expect(run.files.uploads.size).toBe(0);
  return bodies;
}

function expectDescribed({ files }: PartFilesWaybill, bodies: readonly Buffer[]): void {
  expect(files.map(({ bytes, sha256 }) => [bytes, sha256])).toEqual(bodies.map((body) => [body.length, sha256(body)]));
  expect(files.every(({ parts, rows }) => parts >= 1 && rows > 0)).toBe(true);
}

function withoutHeading(body: Buffer): Buffer {
  expect(body.subarray(0, HEADING.length).toString()).toBe(HEADING);
  return body.subarray(HEADING.length);
}

async function expectTheRowsOfOneStream(bodies: readonly Buffer[], rows: readonly number[]): Promise<void> {
  const { file } = await inOneStream(new SlicedSource(rows));
  expect(sha256(Buffer.concat(bodies.map(withoutHeading)))).toBe(sha256(withoutHeading(file)));
}

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

describe('a worker that is killed', () => {
  test('leaves an upload that nobody publishes; somebody else makes its range anew', async () => {
    const source = new SlicedSource(slices(16));
    const run = await startRun(source, csv);
    let victim: { freeze(): void } | undefined;
    source.beforeChunk = (slice, signal) => {
      if (slice !== 5 || victim !== undefined) return;
      victim = parts[0];
      victim?.freeze();
      return untilAborted(signal);
    };
    const { lead, parts } = await run.start(1);
    await until(() => victim !== undefined);
    run.passLease();
    const next = run.part();
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 160 } });
    expect(await next.outcome).toEqual({ kind: 'done' });
    const { waybill, bodies } = await published(run);
    expectDescribed(waybill, bodies);
    await expectTheRowsOfOneStream(bodies, slices(16));
    // What it had begun is still there, under a key that the manifest does not have.
    const left = [...run.files.uploads.values()].map(({ key }) => key);
    expect(left).toHaveLength(1);
    expect(waybill.files.map(({ key }) => key)).not.toContain(left[0]);
    run.thawAll();
  });

  test('and wakes up with a file complete, when its range is somebody else’s, takes it back', async () => {
    const run = await startRun(new SlicedSource(slices(4)), csv);
    let zombieKey: string | undefined;
    run.files.beforeCall = (operation, key) => {
      if (operation !== 'complete' || zombieKey !== undefined) return;
      zombieKey = key;
      first.parts[0]?.freeze();
    };
    const first = await run.start(1);
    await until(() => zombieKey !== undefined && run.files.objects.has(zombieKey));
    run.passLease();
    const other = run.part();
    expect(await first.lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 40 } });
    expect(await other.outcome).toEqual({ kind: 'done' });
    const before = await published(run);
    expect(before.waybill.files.map(({ key }) => key)).not.toContain(zombieKey);
    expect(run.files.objects.has(zombieKey ?? '')).toBe(true);
    first.parts[0]?.thaw();
    expect(await first.parts[0]?.outcome).toMatchObject({ kind: 'done' });
    expect(run.files.objects.has(zombieKey ?? '')).toBe(false);
    expect(await published(run)).toEqual(before);
    await expectWhole(run, 40);
  });

  test('by its machine gives its range and its upload back at once', async () => {
    const source = new SlicedSource(slices(8));
    const gate = Promise.withResolvers<void>();
    source.beforeChunk = (slice, signal) =>
      slice === 1 ? Promise.race([gate.promise, untilAborted(signal)]) : undefined;
    const run = await startRun(source, csv);
    const { lead, parts } = await run.start(1);
    await until(async () => (await run.ranges()).some(({ rows }) => rows > 0));
    parts[0]?.shutdown.abort(new Error('SIGTERM'));
    expect(await parts[0]?.outcome).toMatchObject({ kind: 'retry' });
    expect((await run.ranges()).every(({ leaseUntil }) => leaseUntil === 0)).toBe(true);
    expect([...run.files.uploads.values()].filter(({ key }) => key.includes('/part-'))).toEqual([]);
    gate.resolve();
    run.part();
    expect(await lead.outcome).toMatchObject({ kind: 'ready' });
    await expectWhole(run, 80);
  });
});

describe('an attempt', () => {
  test('that loses its lead takes its part files with it: the next publishes its own alone', async () => {
    const run = await startRun(new SlicedSource(slices(16)), csv);
    const first = await run.start(2);
    await until(async () => (await run.ranges()).some(({ result }) => result));
    first.lead.freeze();
    run.passSeconds(LEASE_MS / 1000);
    const second = run.lead();
    await until(() => run.handedOver.length > 1);
    for (const part of first.parts) expect(await part.outcome).toMatchObject({ kind: 'done' });
    const parts = [run.part(), run.part()];
    expect(await second.outcome).toMatchObject({ kind: 'ready', file: { rows: 160 } });
    for (const part of parts) expect(await part.outcome).toEqual({ kind: 'done' });
    const { file, waybill } = await published(run);
    const place = file.waybillKey.replace('waybill.json', '');
    expect(waybill.files.every(({ key }) => key.startsWith(place))).toBe(true);
    const before = await run.record();
    first.lead.thaw();
    expect(await first.lead.outcome).toMatchObject({ kind: 'retry', code: 'worker_lost' });
    expect(await run.record()).toEqual(before);
    await expectTheRowsOfOneStream((await published(run)).bodies, slices(16));
  });

  test('that was cancelled when all was there removes what it knows of', async () => {
    const run = await startRun(new SlicedSource(slices(4)), csv);
    run.files.beforeCall = async (operation) => {
      if (operation !== 'putText') return;
      await run.stores.exports.requestCancel(run.ref, { by: 'ada', at: Date.now() });
      await until(async () => (await run.stores.exports.getWithAttempt(run.ref))?.attempt?.cancelRequested === true);
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const { lead } = await run.start(2);
    expect(await lead.outcome).toEqual({ kind: 'cancelled' });
    expect(run.files.objects.size).toBe(0);
    expect(run.files.uploads.size).toBe(0);
  });

  test.each([
    ['is gone', (body: Buffer) => (body.length > 0 ? undefined : body)],
    ['is another', (body: Buffer) => Buffer.concat([body, Buffer.from('more')])],
  ])('does not publish when a file that was recorded %s', async (_, changed) => {
    const run = await startRun(new SlicedSource(slices(4)), csv);
    const seen = new Map<string, number>();
    run.files.beforeCall = (operation, key) => {
      if (operation !== 'head') return;
      // The first look is the worker's own, the second that of the lead.
      seen.set(key, (seen.get(key) ?? 0) + 1);
      const object = run.files.objects.get(key);
      if (seen.get(key) !== 2 || object === undefined) return;
      const body = changed(object.body);
      if (body) run.files.objects.set(key, { ...object, body });
      else run.files.objects.delete(key);
    };
    const { lead } = await run.start(2);
    expect(await lead.outcome).toMatchObject({ kind: 'retry', code: 'storage_unavailable' });
    expect((await run.record()).file).toBeUndefined();
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
