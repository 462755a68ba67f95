import { describe, expect, test } from 'vitest';
import { waybillSchema } from '../../core/domain/waybill.ts';
import { untilAborted } from '../support/scripted-source.ts';
import { SlicedSource } from '../support/sliced-source.ts';
import { inOneStream, ROWS, sha256, slices, startRun, until } from './ranges-run.ts';

describe('several workers', () => {
  test('make byte for byte the file of one stream, each slice read once', async () => {
    const source = new SlicedSource(slices(16));
    const run = await startRun(source);
    const { lead, parts } = await run.start(4);
    const outcome = await lead.outcome;
    expect(await Promise.all(parts.map((part) => part.outcome))).toEqual(parts.map(() => ({ kind: 'done' })));
    expect(outcome).toMatchObject({ kind: 'ready', file: { rows: 16 * ROWS } });
    expect(source.opened.toSorted((a, b) => a - b)).toEqual([...Array(16).keys()]);

    const single = await inOneStream(new SlicedSource(slices(16)));
    const file = await run.file();
    expect(sha256(file)).toBe(single.sha256);
    expect((await run.record()).file).toMatchObject({ bytes: file.length, sha256: single.sha256 });
    expect(run.handedOver).toEqual([[1, 2, 3, 4], []]);
  });

  test('are told of in the waybill with the number of parts', async () => {
    const run = await startRun(new SlicedSource(slices(4)));
    const { lead } = await run.start(2);
    await lead.outcome;
    const { file } = await run.record();
    const waybill = waybillSchema.parse(JSON.parse((await run.files.readText(file?.waybillKey ?? '')) ?? ''));
    expect(waybill.file).toMatchObject({ rows: 4 * ROWS, bytes: file?.bytes, sha256: file?.sha256 });
    expect('parts' in waybill.file && waybill.file.parts).toBeGreaterThanOrEqual(4);
    expect(waybill.snapshot.databaseSnapshotId).toBe('7:7:');
  });

  test('make ranges that are too short for a part anew, together with a neighbour', async () => {
    // The heading alone, a short one, an empty one, and a short end.
    const rows = [0, 100, 3, 100, 0, 0, 2, 1, 100, 5];
    const run = await startRun(new SlicedSource(rows));
    const { lead } = await run.start(4);
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 311 } });
    expect(sha256(await run.file())).toBe((await inOneStream(new SlicedSource(rows))).sha256);
    expect((await run.ranges()).some(({ replaced }) => replaced)).toBe(true);
  });

  test('make a file that is too short altogether', async () => {
    const run = await startRun(new SlicedSource([1, 0, 1, 0]));
    const { lead } = await run.start(2);
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 2 } });
    expect(sha256(await run.file())).toBe((await inOneStream(new SlicedSource([1, 0, 1, 0]))).sha256);
  });

  test('take the tail of a range that runs long', async () => {
    const source = new SlicedSource(slices(32));
    const gate = Promise.withResolvers<void>();
    source.beforeChunk = (slice) => (slice === 0 ? gate.promise : undefined);
    const run = await startRun(source);
    const { lead } = await run.start(2);
    await until(async () => (await run.ranges()).filter(({ result }) => result).length > 7);
    // All but the slice that hangs have been made by the other.
    await until(async () => {
      const left = (await run.ranges()).filter(({ result }) => !result);
      return left.length === 1 && left[0]?.from === 0 && left[0].to === 1;
    });
    gate.resolve();
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 32 * ROWS } });
    expect(source.opened.toSorted((a, b) => a - b)).toEqual([...Array(32).keys()]);
    expect(sha256(await run.file())).toBe((await inOneStream(new SlicedSource(slices(32)))).sha256);
  });

  test('are not needed where the source cannot be shared', async () => {
    const source = new SlicedSource(slices(2));
    source.sharable = false;
    const run = await startRun(source);
    expect(await run.lead().outcome).toMatchObject({ kind: 'ready', file: { rows: 2 * ROWS } });
    expect(run.handedOver).toEqual([[]]);
  });

  test('stop as soon as the file is too large', async () => {
    const run = await startRun(new SlicedSource(slices(16)), { maxFileBytes: 20_000_000 });
    const { lead, parts } = await run.start(4);
    expect(await lead.outcome).toMatchObject({ kind: 'failed', failure: { code: 'too_large' } });
    for (const part of parts) expect(await part.outcome).toEqual({ kind: 'done' });
    expect([...run.files.objects.keys()]).toEqual([]);
  });

  test('add up their progress, which never shrinks', async () => {
    const run = await startRun(new SlicedSource(slices(16)));
    const seen: number[] = [];
    const { lead, parts } = await run.start(4);
    const looking = until(async () => {
      seen.push((await run.stores.exports.getWithAttempt(run.ref))?.attempt?.progress.rowsWritten ?? 0);
      return (await run.record()).status !== 'running';
    });
    await lead.outcome;
    await Promise.all([looking, ...parts.map((part) => part.outcome)]);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen).size).toBeGreaterThan(3);
    expect(seen.at(-1)).toBeLessThanOrEqual(16 * ROWS);
  });
});

describe('a worker that is killed', () => {
  test('costs its range alone, which somebody else makes anew', async () => {
    const source = new SlicedSource(slices(16));
    const run = await startRun(source);
    let victim: { freeze(): void } | undefined;
    source.beforeChunk = (slice, signal) => {
      if (slice !== 5 || victim !== undefined) return;
      victim = parts.at(-1);
      for (const part of parts) part.freeze();
      return untilAborted(signal);
    };
    const { lead, parts } = await run.start(1);
    await until(() => victim !== undefined);
    const before = source.opened.length;
    run.passLease();
    const next = run.part();
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 16 * ROWS } });
    expect(await next.outcome).toEqual({ kind: 'done' });
    // Ranges have several slices: those of the one that was under way are read again, and no others.
    const again = source.opened.filter((slice, index) => source.opened.indexOf(slice) !== index);
    expect(again.length).toBeGreaterThan(0);
    expect(again.length).toBeLessThanOrEqual(4);
    expect(source.opened.length).toBe(16 + again.length);
    expect(before).toBeLessThan(16);
    expect((await run.record()).attempt).toBe(1);
    expect(sha256(await run.file())).toBe((await inOneStream(new SlicedSource(slices(16)))).sha256);
    run.thawAll();
  });

  test('and wakes up when its range is somebody else’s records nothing', async () => {
    const source = new SlicedSource(slices(8));
    const run = await startRun(source);
    const { lead, parts } = await run.start(1);
    const [zombie] = parts;
    await until(async () => (await run.ranges()).some(({ rows }) => rows > 0));
    zombie?.freeze();
    run.passLease();
    const other = run.part();
    await until(async () => (await run.ranges()).some(({ tries }) => tries === 2));
    zombie?.thaw();
    expect(await lead.outcome).toMatchObject({ kind: 'ready' });
    expect(await zombie?.outcome).toMatchObject({ kind: 'done' });
    expect(await other.outcome).toEqual({ kind: 'done' });
    expect(sha256(await run.file())).toBe((await inOneStream(new SlicedSource(slices(8)))).sha256);
  });

  test('again and again ends the attempt, not the export', async () => {
    const source = new SlicedSource(slices(4));
    source.beforeChunk = () => {
      throw new Error('out of memory');
    };
    const run = await startRun(source);
    const { lead } = await run.start(1);
    expect(await lead.outcome).toMatchObject({ kind: 'retry', code: 'internal' });
    expect(await run.record()).toMatchObject({ status: 'running', attempt: 1, lastFailure: 'internal' });
  });

  test('by its machine gives its range back at once, and that is not counted', async () => {
    const source = new SlicedSource(slices(8));
    const gate = Promise.withResolvers<void>();
    source.beforeChunk = (_, signal) => Promise.race([gate.promise, untilAborted(signal)]);
    const run = await startRun(source);
    const { lead, parts } = await run.start(1);
    await until(async () => (await run.ranges()).some(({ leaseUntil }) => leaseUntil > 0));
    parts[0]?.shutdown.abort(new Error('SIGTERM'));
    expect(await parts[0]?.outcome).toMatchObject({ kind: 'retry' });
    expect((await run.ranges()).every(({ leaseUntil, tries }) => leaseUntil === 0 && tries === 0)).toBe(true);
    gate.resolve();
    run.part();
    expect(await lead.outcome).toMatchObject({ kind: 'ready' });
  });
});

describe('any number of the same worker', () => {
  test('share the work as others do', async () => {
    const source = new SlicedSource(slices(16));
    const run = await startRun(source);
    const { lead, parts } = await run.start(4);
    const more = Array.from({ length: 6 }, () => run.part());
    expect(await lead.outcome).toMatchObject({ kind: 'ready', file: { rows: 16 * ROWS } });
    for (const part of [...parts, ...more]) expect(await part.outcome).toEqual({ kind: 'done' });
    // One that comes when all is over finds nothing to do.
    expect(await run.part().outcome).toEqual({ kind: 'done' });
    expect(source.opened.toSorted((a, b) => a - b)).toEqual([...Array(16).keys()]);
  });
});

test('a cancellation reaches everyone', async () => {
  const source = new SlicedSource(slices(16));
  source.beforeChunk = (slice, signal) => (slice % 4 === 3 ? untilAborted(signal) : undefined);
  const run = await startRun(source);
  const { lead, parts } = await run.start(4);
  await until(async () => (await run.ranges()).some(({ rows }) => rows > 0));
  await run.stores.exports.requestCancel(run.ref, { by: 'ada', at: Date.now() });
  expect(await lead.outcome).toEqual({ kind: 'cancelled' });
  for (const part of parts) expect(await part.outcome).toEqual({ kind: 'done' });
  expect(await run.record()).toMatchObject({ status: 'cancelled' });
  expect([...run.files.objects.keys(), ...run.files.uploads.keys()]).toEqual([]);
  expect(run.handedOver.at(-1)).toEqual([]);
});

test('a worker of an attempt that is over records nothing, however late', async () => {
  const source = new SlicedSource(slices(4));
  const run = await startRun(source);
  const first = await run.start(1);
  const [late] = first.parts;
  await until(async () => (await run.ranges()).some(({ rows }) => rows > 0));
  late?.freeze();
  await run.stores.attempts.release(run.ref, 'claim1', { kind: 'stopped' }, Date.now());
  const second = run.lead();
  await until(() => run.handedOver.length > 1);
  const part = run.part();
  expect(await second.outcome).toMatchObject({ kind: 'ready' });
  expect(await part.outcome).toEqual({ kind: 'done' });
  const published = await run.record();
  const ranges = await run.ranges();
  late?.thaw();
  expect(await late?.outcome).toEqual({ kind: 'done' });
  expect(await run.record()).toEqual(published);
  expect(await run.ranges()).toEqual(ranges);
});
