import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { LEASE_MS } from '../../core/domain/lifecycle.ts';
import { untilAborted } from '../support/scripted-source.ts';
import { SlicedSource } from '../support/sliced-source.ts';
import { inOneStream, ROWS, sha256, slices, startRun, until } from './ranges-run.ts';

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
