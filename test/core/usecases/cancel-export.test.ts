import { describe, expect, test } from 'vitest';
import { LEASE_MS } from '../../../core/domain/lifecycle.ts';
import { cancelExport } from '../../../core/usecases/cancel-export.ts';
import { DAY, progressAt } from '../../support/exports.ts';
import { ada, caller, createMemoryDeployment, putFile, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

describe('cancelling a queued export', () => {
  test('ends it at once, lets its execution go and gives up its place', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    await deployment.createQueued();
    const ref = await deployment.createQueued();
    const { record } = await cancelExport(deployment.deps, val, ref.exportId);
    expect(record).toMatchObject({ status: 'cancelled', endedAt: deployment.clock.now() });
    expect(deployment.executions.find(ref, 1)).toMatchObject({ dismissed: true, resumed: false });
    expect(await deployment.admissions.waiting('acme', 10)).toEqual([]);
    expect((await deployment.store.events(ref.exportId)).at(-1)).toMatchObject({ type: 'cancelled', by: 'val' });
  });

  test('that holds a slot gives it to the next', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    const admitted = await deployment.createQueued();
    const next = await deployment.createQueued();
    await cancelExport(deployment.deps, val, admitted.exportId);
    expect((await deployment.find(next)).admittedAt).toBe(deployment.clock.now());
    expect(deployment.executions.find(next, 1)?.resumed).toBe(true);
  });

  test('works before its execution was started', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.create();
    expect((await cancelExport(deployment.deps, val, ref.exportId)).record.status).toBe('cancelled');
  });
});

describe('the execution of an export that is cancelled in the queue', () => {
  test('is let go also when it comes to the queue only now', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.create();
    const { end } = deployment.store;
    const store: typeof deployment.store = {
      ...deployment.store,
      async end(...call) {
        // After the caller has read the record.
        if ((await deployment.find(ref)).taskToken === undefined) await deployment.enqueue(ref);
        return end(...call);
      },
    };
    await cancelExport({ ...deployment.deps, store }, val, ref.exportId);
    expect(deployment.executions.find(ref, 1)?.token).toBeUndefined();
  });

  test('is let go by the sweeper when whoever cancelled it did not live to do it', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    await deployment.createQueued();
    const ref = await deployment.createQueued();
    deployment.executions.beforeCall = (operation) => {
      if (operation === 'dismiss') throw new Error('killed');
    };
    await expect(cancelExport(deployment.deps, val, ref.exportId)).rejects.toThrow('killed');
    deployment.executions.beforeCall = () => {};
    expect(deployment.executions.find(ref, 1)?.dismissed).toBe(false);
    deployment.advance(LEASE_MS);
    expect(await deployment.sweep()).toMatchObject({ announced: 1 });
    expect(await deployment.sweep()).toMatchObject({ cleaned: 1 });
    expect(deployment.executions.find(ref, 1)?.dismissed).toBe(true);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 0 });
  });
});

describe('cancelling a running export', () => {
  test('asks its worker, which sees it with the next heartbeat; asking twice is one request', async () => {
    const deployment = createMemoryDeployment();
    const { claim, ...ref } = await deployment.createRunning();
    const { attempts, clock } = deployment;
    const heartbeat = () => attempts.heartbeat(ref.exportId, claim, progressAt(clock.now()), clock.now());
    expect(await heartbeat()).toEqual({ kind: 'alive', cancelRequested: false });
    const { record } = await cancelExport(deployment.deps, val, ref.exportId);
    expect(record).toMatchObject({ status: 'running', cancelRequestedAt: clock.now() });
    expect(await heartbeat()).toEqual({ kind: 'alive', cancelRequested: true });
    const again = await cancelExport(deployment.deps, ada, ref.exportId);
    expect(again.record.version).toBe(record.version);
  });

  test.each([
    ['whose lease has lapsed', 'lapse'],
    ['whose claim was given back', 'release'],
  ])('%s ends it at once', async (_, how) => {
    const deployment = createMemoryDeployment();
    const { claim, ...ref } = await deployment.createRunning();
    if (how === 'lapse') deployment.advance(LEASE_MS);
    else await deployment.attempts.release(ref, claim, { kind: 'stopped' }, deployment.clock.now());
    expect((await cancelExport(deployment.deps, val, ref.exportId)).record.status).toBe('cancelled');
    const { file } = await deployment.createReady();
    const late = { to: 'ready', file, expiresAt: deployment.clock.now() + DAY } as const;
    const outcome = await deployment.store.end(ref, late, { kind: 'claim', claim }, { by: 'worker', at: 0 });
    expect(outcome.kind).toBe('refused');
  });

  test.each([
    ['before the request is written', 'before'],
    ['before the answer', 'after'],
  ])('that completes %s is told honestly', async (_, when) => {
    const deployment = createMemoryDeployment();
    const { claim, ...ref } = await deployment.createRunning();
    const file = await putFile(deployment.files, ref, 1, claim);
    const { requestCancel, end } = deployment.store;
    deployment.store.requestCancel = async (of, actor) => {
      const publish = () =>
        end(ref, { to: 'ready', file, expiresAt: actor.at + DAY }, { kind: 'claim', claim }, { by: 'w', at: actor.at });
      if (when === 'before') await publish();
      const asked = await requestCancel(of, actor);
      if (when === 'after') await publish();
      return asked;
    };
    const problem = await problemOf(cancelExport(deployment.deps, val, ref.exportId));
    expect(problem.code).toBe('already_terminal');
    expect(problem.message).toBe('The export completed before the cancellation.');
  });
});

describe('cancelling an export that has ended', () => {
  test('is refused with how it ended', async () => {
    const deployment = createMemoryDeployment();
    const ready = await deployment.createReady();
    const told = async () => (await problemOf(cancelExport(deployment.deps, val, ready.exportId))).message;
    expect(await told()).toBe('The export completed before the cancellation.');
    deployment.advance(8 * DAY);
    expect(await told()).toBe('The export has already ended: it is expired.');
    const queued = await deployment.create();
    await cancelExport(deployment.deps, val, queued.exportId);
    expect((await problemOf(cancelExport(deployment.deps, val, queued.exportId))).message).toContain('it is cancelled');
  });

  test.each([caller('mel', 'member'), caller('gus', 'owner', 'globex')])('is not possible for $userId', async (by) => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.create();
    expect((await problemOf(cancelExport(deployment.deps, by, ref.exportId))).code).toBe('not_found');
    expect((await deployment.find(ref)).status).toBe('queued');
  });
});
