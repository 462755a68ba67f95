// @module-tag part-files-fenced

import { describe, expect, test } from 'vitest';
import { LEASE_MS } from '../../core/domain/lifecycle.ts';
import { untilAborted } from '../support/scripted-source.ts';
import { SlicedSource } from '../support/sliced-source.ts';
import { expectDescribed, expectTheRowsOfOneStream, expectWhole, published, slices } from './published-part-files.ts';
import { startRun, until } from './ranges-run.ts';

const csv = { partFiles: true } as const;

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
