import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LEASE_MS } from '../../core/domain/lifecycle.ts';
import { waybillSchema } from '../../core/domain/waybill.ts';
import { untilAborted } from '../support/scripted-source.ts';
import { SlicedSource } from '../support/sliced-source.ts';
import { inOneStream, sha256, startRun, until } from './ranges-run.ts';

/** Of 64 KiB each: just more than a part must have. */
const ROWS = 82;
const slices = (count: number) => Array.from({ length: count }, () => ROWS);

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

describe('the lead', () => {
  test('killed, takes the attempt with it; the next begins cleanly with workers of its own', async () => {
    const source = new SlicedSource(slices(16));
    const run = await startRun(source);
    const first = await run.start(2);
    await until(async () => (await run.ranges()).some(({ result }) => result));
    first.lead.freeze();
    const old = [...run.files.uploads.keys()];
    run.passSeconds(LEASE_MS / 1000);
    const second = await run.lead();
    await until(() => run.handedOver.length > 1);
    // Nobody has stopped those of the first attempt: they leave by themselves.
    for (const part of first.parts) expect(await part.outcome).toMatchObject({ kind: 'done' });
    const parts = [run.part(), run.part()];
    expect(await second.outcome).toMatchObject({ kind: 'ready', file: { rows: 16 * ROWS } });
    for (const part of parts) expect(await part.outcome).toEqual({ kind: 'done' });
    const published = await run.record();
    expect(published).toMatchObject({ status: 'ready', attempt: 2 });

    // It wakes up, finds its claim gone, and changes nothing.
    first.lead.thaw();
    expect(await first.lead.outcome).toMatchObject({ kind: 'retry', code: 'worker_lost' });
    expect(await run.record()).toEqual(published);
    expect([...run.files.objects.keys()].sort()).toEqual([published.file?.key, published.file?.waybillKey].sort());
    for (const upload of old) expect(run.files.uploads.has(upload)).toBe(false);
    expect(sha256(await run.file())).toBe((await inOneStream(new SlicedSource(slices(16)))).sha256);
  });

  test('frozen while it completes the upload publishes nothing when it wakes up', async () => {
    const source = new SlicedSource(slices(4));
    const run = await startRun(source);
    let completions = 0;
    run.files.beforeCall = (operation) => {
      if (operation !== 'complete' || ++completions > 1) return;
      first.lead.freeze();
    };
    const first = await run.start(1);
    await until(() => completions === 1);
    run.passSeconds(LEASE_MS / 1000);
    const second = run.lead();
    await until(() => run.handedOver.length > 1);
    run.part();
    expect(await second.outcome).toMatchObject({ kind: 'ready' });
    const published = await run.record();
    first.lead.thaw();
    expect(await first.lead.outcome).toMatchObject({ kind: 'retry', code: 'worker_lost' });
    expect(await run.record()).toEqual(published);
    expect([...run.files.objects.keys()].sort()).toEqual([published.file?.key, published.file?.waybillKey].sort());
  });

  test('that has to stop gives the attempt back', async () => {
    const source = new SlicedSource(slices(4));
    source.beforeChunk = (_, signal) => untilAborted(signal);
    const run = await startRun(source);
    const { lead, parts } = await run.start(1);
    lead.shutdown.abort(new Error('SIGTERM'));
    expect(await lead.outcome).toMatchObject({ kind: 'retry', code: 'worker_lost' });
    expect(await parts[0]?.outcome).toEqual({ kind: 'done' });
    expect(await run.record()).toMatchObject({ uncountedAttempts: 1, status: 'running' });
    expect(run.files.uploads.size).toBe(0);
  });

  test('that finds nothing to do lets whoever waits go', async () => {
    const run = await startRun(new SlicedSource(slices(4)));
    await run.stores.exports.end(
      run.ref,
      { to: 'cancelled' },
      { kind: 'no_live_lease', now: Date.now() },
      { by: 'ada', at: Date.now() },
    );
    expect(await run.lead().outcome).toEqual({ kind: 'left', reason: 'ended' });
    expect(run.handedOver).toEqual([[]]);
  });

  test('without workers ends when the step is begun anew, so that the next lead need not wait', async () => {
    const run = await startRun(new SlicedSource(slices(4)));
    const first = run.lead();
    await until(() => run.handedOver.length > 0);
    // It holds the lease for as long as it lives, and nobody ever comes to make its ranges.
    const second = run.lead();
    expect(await first.outcome).toMatchObject({ kind: 'retry', cause: { reason: 'given-up' } });
    await until(() => run.handedOver.length > 1);
    const part = run.part();
    expect(await second.outcome).toMatchObject({ kind: 'ready', file: { rows: 4 * ROWS } });
    expect(await part.outcome).toEqual({ kind: 'done' });
    expect(await run.record()).toMatchObject({ status: 'ready', attempt: 2, uncountedAttempts: 1 });
    expect(run.files.uploads.size).toBe(0);
  });

  test('waits for workers however long they take to come, while its step goes on', async () => {
    const run = await startRun(new SlicedSource(slices(4)));
    const lead = run.lead();
    await until(() => run.handedOver.length > 0);
    run.passSeconds(60 * 60);
    const looks = run.looks();
    await until(() => run.looks() > looks + 10);
    run.part();
    expect(await lead.outcome).toMatchObject({ kind: 'ready' });
    expect(await run.record()).toMatchObject({ attempt: 1, uncountedAttempts: 0 });
  });

  test('goes on with workers that nobody has stopped, although the step is begun anew', async () => {
    const source = new SlicedSource(slices(4));
    const gate = Promise.withResolvers<void>();
    source.beforeChunk = (_, signal) => Promise.race([gate.promise, untilAborted(signal)]);
    const run = await startRun(source);
    const { lead } = await run.start(1);
    await until(async () => (await run.ranges()).some(({ leaseUntil }) => leaseUntil > 0));
    const second = run.lead();
    await sleep(50);
    gate.resolve();
    const outcomes = await Promise.all([lead.outcome, second.outcome]);
    expect(await run.record()).toMatchObject({ status: 'ready', file: { rows: 4 * ROWS } });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['ready', 'left']);
    expect(sha256(await run.file())).toBe((await inOneStream(new SlicedSource(slices(4)))).sha256);
  });

  test('gives up when nobody has made a row for long', async () => {
    const source = new SlicedSource(slices(4));
    source.beforeChunk = (slice, signal) => (slice === 3 ? untilAborted(signal) : undefined);
    const run = await startRun(source);
    const { lead, parts } = await run.start(1, { stallMs: 200 });
    expect(await lead.outcome).toMatchObject({ kind: 'retry', code: 'source_unavailable' });
    expect(await parts[0]?.outcome).toMatchObject({ kind: expect.stringMatching(/done|stalled/) });
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
