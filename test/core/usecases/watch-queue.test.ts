import { describe, expect, test } from 'vitest';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { getExport } from '../../../core/usecases/get-export.ts';
import { watchQueue } from '../../../core/usecases/watch-queue.ts';
import { caller, createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';

const MINUTE = 60_000;

/** A pass now, and one at each of the next minutes. */
async function watchFor(
  deployment: MemoryDeployment,
  minutes: number,
): Promise<{ takingLonger: number; stuck: number }> {
  const { oldestBlockedMs: _, ...total } = await watchQueue(deployment.deps);
  for (let passed = 0; passed < minutes; passed += 1) {
    deployment.advance(MINUTE);
    const { takingLonger, stuck } = await watchQueue(deployment.deps);
    total.takingLonger += takingLonger;
    total.stuck += stuck;
  }
  return total;
}

/** In line with free slots all around, as if no admitter ever ran. */
async function createForgotten(deployment: MemoryDeployment): Promise<ExportRef> {
  deployment.flags.runWorkers = false;
  const ref = await deployment.createQueued();
  deployment.flags.runWorkers = true;
  return ref;
}

const blockedMinutes = async (deployment: MemoryDeployment, ref: ExportRef) =>
  (await deployment.find(ref)).blockedMs / MINUTE;

describe('the stuck clock counts', () => {
  test('from pass to pass while an export in line could start', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createForgotten(deployment);
    await watchFor(deployment, 0);
    expect(await blockedMinutes(deployment, ref)).toBe(0);
    await watchFor(deployment, 3);
    expect(await blockedMinutes(deployment, ref)).toBe(3);
  });

  test('an export that no execution has brought to the queue, from its second minute on', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.create();
    await watchFor(deployment, 4);
    expect(await blockedMinutes(deployment, ref)).toBe(3);
  });
});

describe('the stuck clock stands still', () => {
  test('while the pool is full', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    await deployment.createQueued(caller('gus', 'owner', 'globex'));
    const waiting = await deployment.createQueued();
    const orphan = await deployment.create();
    await watchFor(deployment, 30);
    expect(await blockedMinutes(deployment, waiting)).toBe(0);
    expect(await blockedMinutes(deployment, orphan)).toBe(0);
  });

  test('while the account is at its cap, also for an export that has not been started', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 4, account: 1 } });
    await deployment.createQueued();
    const waiting = await deployment.createQueued();
    const orphan = await deployment.create();
    const elsewhere = await deployment.create(caller('gus', 'owner', 'globex'));
    await watchFor(deployment, 10);
    expect(await blockedMinutes(deployment, waiting)).toBe(0);
    expect(await blockedMinutes(deployment, orphan)).toBe(0);
    expect(await blockedMinutes(deployment, elsewhere)).toBe(9);
  });

  test('while workers are paused, and does not count the pause afterwards', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createForgotten(deployment);
    await watchFor(deployment, 2);
    deployment.flags.runWorkers = false;
    await watchFor(deployment, 30);
    deployment.flags.runWorkers = true;
    await watchFor(deployment, 2);
    expect(await blockedMinutes(deployment, ref)).toBe(4);
    expect((await deployment.find(ref)).status).toBe('queued');
  });

  test('for those behind the ones that would take the free slots', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 4, account: 1 } });
    const first = await createForgotten(deployment);
    const second = await createForgotten(deployment);
    await watchFor(deployment, 3);
    expect(await blockedMinutes(deployment, first)).toBe(3);
    expect(await blockedMinutes(deployment, second)).toBe(0);
  });

  test('for an export that has had its turn', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createQueued();
    expect(await watchFor(deployment, 30)).toEqual({ takingLonger: 0, stuck: 0 });
    expect(await deployment.find(ref)).toMatchObject({ status: 'queued', blockedMs: 0 });
  });
});

describe('an export that could start and does not', () => {
  test('is shown as taking longer after five minutes, once', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createForgotten(deployment);
    expect((await watchFor(deployment, 4)).takingLonger).toBe(0);
    expect((await getExport(deployment.deps, val, ref.exportId)).view.takingLonger).toBe(false);
    expect(await watchFor(deployment, 1)).toEqual({ takingLonger: 1, stuck: 0 });
    expect((await getExport(deployment.deps, val, ref.exportId)).view.takingLonger).toBe(true);
    expect((await watchFor(deployment, 5)).takingLonger).toBe(0);
  });

  test('fails after fifteen minutes and is queued once more in the same step', async () => {
    const deployment = createMemoryDeployment();
    await deployment.stores.memberships.put(caller('mel', 'member'));
    deployment.flags.runWorkers = false;
    const request = { filters: { event: 'gala' }, note: 'n', notifyRequester: false, notify: ['mel@acme.test'] };
    const ref = await deployment.createQueued(val, request);
    await deployment.stores.memberships.remove('acme', 'mel');
    deployment.flags.runWorkers = true;
    expect((await watchFor(deployment, 14)).stuck).toBe(0);
    expect((await watchFor(deployment, 1)).stuck).toBe(1);
    const old = await deployment.find(ref);
    expect(old).toMatchObject({ status: 'failed', failure: { code: 'stuck_in_queue', retryable: true }, attempt: 0 });
    expect(old.failure?.message).toContain('started once more by itself');
    const retry = await deployment.find({ ...ref, exportId: old.retriedBy ?? 'exp_none' });
    expect(retry).toMatchObject({
      status: 'queued',
      retryOf: ref.exportId,
      automaticRetry: true,
      requestedBy: old.requestedBy,
      snapshot: old.snapshot,
      note: 'n',
      notifyRequester: false,
      notify: [{ userId: 'mel', email: 'mel@acme.test' }],
    });
    expect(deployment.executions.find(ref, 1)?.dismissed).toBe(true);
  });

  test('is retried by itself only once: a retry that gets stuck stays failed, and says so', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createForgotten(deployment);
    expect((await watchFor(deployment, 60)).stuck).toBe(2);
    const retryId = (await deployment.find(ref)).retriedBy ?? 'exp_none';
    const retry = await deployment.find({ ...ref, exportId: retryId });
    expect(retry).toMatchObject({ status: 'failed', failure: { code: 'stuck_in_queue' } });
    expect(retry).not.toHaveProperty('retriedBy');
    expect(retry.failure?.message).not.toContain('by itself');
  });

  test('is left alone when its turn comes at the last moment', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createForgotten(deployment);
    await watchFor(deployment, 14);
    const { noteStartable } = deployment.store;
    deployment.store.noteStartable = async (of, seenAt, blockedMs) => {
      await noteStartable(of, seenAt, blockedMs);
      if (blockedMs < 15 * MINUTE) return;
      const { deps } = deployment;
      const { accounts, pool } = await deps.admissions.readQueue();
      const token = await deps.admissions.taskToken(ref);
      const start = Math.max(pool.virtualTime, accounts[0]?.tag ?? 0);
      await deps.admissions.admit(ref, token ?? '', start, deps.caps, deps.clock.now());
    };
    expect((await watchFor(deployment, 1)).stuck).toBe(0);
    expect(await deployment.find(ref)).toMatchObject({ status: 'queued', admittedAt: deployment.clock.now() });
  });
});
