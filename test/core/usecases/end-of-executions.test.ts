import { describe, expect, test } from 'vitest';
import { failureMessages } from '../../../core/domain/failure.ts';
import { LEASE_MS } from '../../../core/domain/lifecycle.ts';
import { cancelExport } from '../../../core/usecases/cancel-export.ts';
import { reconcileExecution } from '../../../core/usecases/reconcile-execution.ts';
import { recordOutcome } from '../../../core/usecases/record-outcome.ts';
import { repairRunning } from '../../../core/usecases/repair-running.ts';
import { DAY } from '../../support/exports.ts';
import { caller, createMemoryDeployment, putFile, val } from '../../support/memory-deployment.ts';

const MINUTE = 60_000;

describe('RecordOutcome', () => {
  test('says whether anybody may still have to be told: a receiver of webhooks, if nobody else', async () => {
    const deployment = createMemoryDeployment();
    const quiet = await deployment.createReady(val, { notifyRequester: false });
    expect(await recordOutcome(deployment.deps, quiet, undefined)).toMatchObject({ status: 'ready', announce: true });
    await deployment.stores.exports.closeAnnouncement(quiet, deployment.clock.now());
    expect(await recordOutcome(deployment.deps, quiet, undefined)).toMatchObject({ status: 'ready', announce: false });
  });

  test('tells what the worker has recorded', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady();
    const { version } = await deployment.find(ref);
    expect(await recordOutcome(deployment.deps, ref, undefined)).toEqual({
      status: 'ready',
      code: 'ready',
      message: 'ready',
      announce: true,
    });
    expect((await deployment.find(ref)).version).toBe(version);
  });

  test.each([
    ['a step’s own failure', { Error: 'too_large' }, undefined, 'too_large'],
    ['the reason the worker left behind', { Error: 'States.TaskFailed' }, 'storage_unavailable', 'storage_unavailable'],
    ['a worker that said nothing', { Error: 'States.TaskFailed' }, undefined, 'worker_lost'],
    ['a timeout of all', { Error: 'States.Timeout' }, undefined, 'worker_lost'],
    ['no error at all', undefined, undefined, 'worker_lost'],
  ] as const)('ends what no worker has ended: %s', async (_, error, left, code) => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    const { claim, ...ref } = await deployment.createRunning();
    const next = await deployment.createQueued();
    if (left !== undefined) await deployment.attempts.release(ref, claim, { kind: 'failure', code: left }, 0);
    expect(await recordOutcome(deployment.deps, ref, error)).toMatchObject({ status: 'failed', code });
    expect((await deployment.find(ref)).failure?.code).toBe(code);
    expect((await deployment.find(next)).admittedAt).toBeDefined();
    const late = { to: 'ready', file: await putFile(deployment.files, ref, 1, claim), expiresAt: DAY } as const;
    const outcome = await deployment.store.end(ref, late, { kind: 'claim', claim }, { by: 'worker', at: 0 });
    expect(outcome.kind).toBe('refused');
  });

  const standardWords = failureMessages.too_large;

  test.each([
    [
      'its own words',
      JSON.stringify({ errorType: 'too_large', errorMessage: 'At most 5,000 rows.' }),
      'At most 5,000 rows.',
    ],
    ['no words but the code', JSON.stringify({ errorType: 'too_large', errorMessage: 'too_large' }), standardWords],
    ['no JSON', 'stopped', standardWords],
    ['no cause', undefined, standardWords],
  ])('tells the user what a step has thrown: %s', async (_, Cause, message) => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createQueued();
    await recordOutcome(deployment.deps, ref, { Error: 'too_large', Cause });
    expect((await deployment.find(ref)).failure).toEqual({ code: 'too_large', message, retryable: false });
  });

  test('never shows the words of an error that is not ours', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createQueued();
    const Cause = JSON.stringify({ errorType: 'TypeError', errorMessage: 'secret of the host' });
    await recordOutcome(deployment.deps, ref, { Error: 'TypeError', Cause });
    expect((await deployment.find(ref)).failure?.message).toBe(failureMessages.worker_lost);
  });

  test('cancels what was to be cancelled', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createRunning();
    await cancelExport(deployment.deps, val, ref.exportId);
    expect(await recordOutcome(deployment.deps, ref, { Error: 'States.TaskFailed' })).toMatchObject({
      status: 'cancelled',
      code: 'cancelled',
    });
  });

  test('is repeated when another attempt begins meanwhile', async () => {
    const deployment = createMemoryDeployment();
    const { claim, ...ref } = await deployment.createRunning();
    await deployment.attempts.release(ref, claim, { kind: 'stopped' }, 0);
    const { get } = deployment.store;
    deployment.store.get = async (of) => {
      const record = await get(of);
      deployment.store.get = get;
      await deployment.attempts.claim(ref, 'second', deployment.clock.now());
      return record;
    };
    await expect(recordOutcome(deployment.deps, ref, undefined)).rejects.toThrow('no outcome yet');
    expect((await deployment.find(ref)).status).toBe('running');
  });

  test('of an export that does not exist fails the execution', async () => {
    const { deps } = createMemoryDeployment();
    const unknown = { accountId: 'acme', exportId: 'exp_unknown' } as const;
    expect(await recordOutcome(deps, unknown, undefined)).toMatchObject({ status: 'failed', code: 'internal' });
  });
});

describe('the reconciler', () => {
  test.each(['createQueued', 'createRunning'] as const)('ends an export whose execution died: %s', async (way) => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    const ref = await deployment[way]();
    const next = await deployment.createQueued();
    await reconcileExecution(deployment.deps, ref, 1);
    expect(await deployment.find(ref)).toMatchObject({ status: 'failed', failure: { code: 'worker_lost' } });
    expect((await deployment.find(next)).admittedAt).toBeDefined();
    const { version } = await deployment.find(ref);
    await reconcileExecution(deployment.deps, ref, 1);
    expect((await deployment.find(ref)).version).toBe(version);
  });

  test('leaves exports that go on in another execution, or have ended, or are unknown', async () => {
    const deployment = createMemoryDeployment();
    const replaced = await deployment.create();
    await deployment.store.advanceExecution(replaced, 1, deployment.clock.now());
    await reconcileExecution(deployment.deps, replaced, 1);
    expect((await deployment.find(replaced)).status).toBe('queued');
    const ready = await deployment.createReady();
    await reconcileExecution(deployment.deps, ready, 1);
    expect((await deployment.find(ready)).status).toBe('ready');
    await reconcileExecution(deployment.deps, { accountId: 'globex', exportId: ready.exportId }, 1);
  });

  test('cancels what was to be cancelled', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createRunning();
    await cancelExport(deployment.deps, val, ref.exportId);
    await reconcileExecution(deployment.deps, ref, 1);
    expect((await deployment.find(ref)).status).toBe('cancelled');
  });
});

describe('repair', () => {
  test('sends a lost signal again, after a minute', async () => {
    const deployment = createMemoryDeployment();
    deployment.executions.beforeCall = (operation) => {
      if (operation === 'resume') throw new Error('lost');
    };
    const ref = await deployment.create();
    await expect(deployment.enqueue(ref)).rejects.toThrow('lost');
    deployment.executions.beforeCall = () => {};
    deployment.advance(MINUTE - 1);
    expect(await repairRunning(deployment.deps)).toEqual({ repaired: 0, slotDrift: 0 });
    deployment.advance(1);
    expect(await repairRunning(deployment.deps)).toEqual({ repaired: 1, slotDrift: 0 });
    expect(deployment.executions.find(ref, 1)?.resumed).toBe(true);
    expect((await deployment.find(ref)).status).toBe('queued');
    expect(await repairRunning(deployment.deps)).toEqual({ repaired: 0, slotDrift: 0 });
  });

  test.each(['ABORTED', 'FAILED', 'TIMED_OUT', 'SUCCEEDED'] as const)(
    'ends an export whose execution is over: %s',
    async (status) => {
      const deployment = createMemoryDeployment();
      const { claim, ...running } = await deployment.createRunning();
      const starting = await deployment.createQueued(caller('gus', 'owner', 'globex'));
      for (const ref of [running, starting]) deployment.executions.finish(ref, 1, status);
      deployment.advance(LEASE_MS - 1);
      expect(await repairRunning(deployment.deps)).toEqual({ repaired: 0, slotDrift: 0 });
      deployment.advance(1);
      expect(await repairRunning(deployment.deps)).toEqual({ repaired: 2, slotDrift: 0 });
      for (const ref of [running, starting]) {
        expect(await deployment.find(ref)).toMatchObject({ status: 'failed', failure: { code: 'worker_lost' } });
      }
    },
  );

  test('leaves an export whose worker is alive, or whose execution goes on', async () => {
    const deployment = createMemoryDeployment();
    const { claim, ...alive } = await deployment.createRunning();
    const silent = await deployment.createRunning();
    deployment.executions.finish(alive, 1, 'ABORTED');
    deployment.advance(MINUTE - 1_000);
    const progress = { rowsWritten: 1, bytesWritten: 1, updatedAt: deployment.clock.now() };
    await deployment.attempts.heartbeat(alive.exportId, claim, progress, deployment.clock.now());
    deployment.advance(10_000);
    expect(await repairRunning(deployment.deps)).toEqual({ repaired: 0, slotDrift: 0 });
    expect((await deployment.find(alive)).status).toBe('running');
    expect((await deployment.find(silent)).status).toBe('running');
  });

  test('does not wait for a lead, whose workers nobody starts once the execution is over', async () => {
    const deployment = createMemoryDeployment();
    const { claim, ...ref } = await deployment.createRunning();
    await deployment.store.recordRoute(ref, 'partitioned', { rows: 9_000_000, exact: false }, deployment.clock.now());
    deployment.advance(MINUTE);
    const beat = () => {
      const progress = { rowsWritten: 0, bytesWritten: 0, updatedAt: deployment.clock.now() };
      return deployment.attempts.heartbeat(ref.exportId, claim, progress, deployment.clock.now());
    };
    expect(await beat()).toMatchObject({ kind: 'alive' });
    expect(await repairRunning(deployment.deps)).toEqual({ repaired: 0, slotDrift: 0 });
    deployment.executions.finish(ref, 1, 'TIMED_OUT');
    expect(await repairRunning(deployment.deps)).toEqual({ repaired: 1, slotDrift: 0 });
    expect(await deployment.find(ref)).toMatchObject({ status: 'failed', failure: { code: 'worker_lost' } });
    expect(await beat()).toMatchObject({ kind: 'lost' });
  });

  test('takes an export that ends meanwhile for no drift', async () => {
    const deployment = createMemoryDeployment();
    const { claim, ...ending } = await deployment.createRunning();
    const { admissions, store, clock } = deployment;
    const readQueue = async () => {
      const queue = await admissions.readQueue();
      await store.end(ending, { to: 'cancelled' }, { kind: 'claim', claim }, { by: 'worker', at: clock.now() });
      return queue;
    };
    const report = await repairRunning({ ...deployment.deps, admissions: { ...admissions, readQueue } });
    expect(report).toEqual({ repaired: 0, slotDrift: 0 });
  });

  test('frees slots that no live export holds', async () => {
    const deployment = createMemoryDeployment();
    const ended = await deployment.createReady();
    const unknown = 'exp_unknown';
    deployment.stores.addRunning('acme', ended.exportId);
    deployment.stores.addRunning(undefined, unknown);
    const kept = await deployment.createQueued();
    expect(await repairRunning(deployment.deps)).toEqual({ repaired: 2, slotDrift: 2 });
    const { pool, accounts } = await deployment.admissions.readQueue();
    expect([...pool.running]).toEqual([kept.exportId]);
    expect(accounts.map(({ running }) => [...running])).toEqual([[kept.exportId]]);
  });
});
