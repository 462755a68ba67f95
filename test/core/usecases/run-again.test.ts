import { describe, expect, test } from 'vitest';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import { deleteExport } from '../../../core/usecases/delete-export.ts';
import { rerunExport, retryExport } from '../../../core/usecases/run-again.ts';
import {
  ada,
  caller,
  createMemoryDeployment,
  type MemoryDeployment,
  refOf,
  val,
} from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

async function createFailed(deployment: MemoryDeployment, by = val, request: object = {}): Promise<ExportRef> {
  const { claim, ...ref } = await deployment.createRunning(by, request);
  const ending = { to: 'failed', failure: failureOf('source_unavailable') } as const;
  await deployment.store.end(ref, ending, { kind: 'claim', claim }, { by: 'worker', at: deployment.clock.now() });
  return ref;
}

describe('a retry', () => {
  test('is a new export over the same frozen request, linked both ways', async () => {
    const deployment = createMemoryDeployment();
    const old = await createFailed(deployment, val, { filters: { event: 'gala' }, note: 'n' });
    const record = await retryExport(deployment.deps, val, old.exportId);
    const original = await deployment.find(old);
    expect(record).toMatchObject({ status: 'queued', retryOf: old.exportId, note: 'n', attempt: 0 });
    expect(record.snapshot).toEqual(original.snapshot);
    expect(original).toMatchObject({ status: 'failed', retriedBy: record.id });
    expect(await deployment.executions.status(refOf(record), 1)).toBe('RUNNING');
  });

  test('of what has not failed is refused', async () => {
    const deployment = createMemoryDeployment();
    for (const ref of [await deployment.create(), await deployment.createRunning(), await deployment.createReady()]) {
      const problem = await problemOf(retryExport(deployment.deps, val, ref.exportId));
      expect(problem.code).toBe('already_terminal');
      expect(problem.extensions.exportId).toBe(ref.exportId);
    }
  });

  test('loses against a deletion of what it retries', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createFailed(deployment);
    const { create } = deployment.store;
    deployment.store.create = async (...args) => {
      await deployment.store.erase(ref, { by: 'val', at: deployment.clock.now() });
      return create(...args);
    };
    expect((await problemOf(retryExport(deployment.deps, val, ref.exportId))).code).toBe('already_terminal');
    expect(await deployment.find(ref)).not.toHaveProperty('retriedBy');
  });
});

describe('a re-run', () => {
  test('is a new export of anything that has ended', async () => {
    const deployment = createMemoryDeployment();
    const cancelled = await deployment.create();
    await deployment.store.end(cancelled, { to: 'cancelled' }, { kind: 'not_admitted' }, { by: 'val', at: 0 });
    for (const ref of [await createFailed(deployment), await deployment.createReady(), cancelled]) {
      const record = await rerunExport(deployment.deps, val, ref.exportId);
      expect(record).toMatchObject({ status: 'queued', rerunOf: ref.exportId });
      expect(record).not.toHaveProperty('retryOf');
      expect(await deployment.find(ref)).not.toHaveProperty('retriedBy');
    }
  });

  test.each(['create', 'createRunning'] as const)('of what has not ended is refused (%s)', async (way) => {
    const deployment = createMemoryDeployment();
    const ref = await deployment[way]();
    expect((await problemOf(rerunExport(deployment.deps, val, ref.exportId))).code).toBe('not_ready');
  });
});

describe.each([
  ['retry', retryExport],
  ['re-run', rerunExport],
])('%s', (_, again) => {
  test('needs the permission now', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createFailed(deployment, ada, { report: 'orders' });
    const downgraded = caller('ada', 'viewer');
    expect((await problemOf(again(deployment.deps, downgraded, ref.exportId))).code).toBe('permission_revoked');
  });

  test('of an erased request is impossible', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createFailed(deployment);
    await deleteExport(deployment.deps, val, ref.exportId);
    const problem = await problemOf(again(deployment.deps, val, ref.exportId));
    expect(problem.code).toBe('file_expired');
    expect(problem.extensions).toMatchObject({ fileAvailable: false });
  });

  test('of a report that is no longer offered is refused', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createFailed(deployment);
    const deps = { ...deployment.deps, catalog: { reports: [] } };
    expect((await problemOf(again(deps, val, ref.exportId))).code).toBe('not_found');
  });

  test('counts as an active export, and waits while new ones are paused', async () => {
    const deployment = createMemoryDeployment({ activeLimit: 1 });
    const ref = await createFailed(deployment);
    const active = await deployment.create();
    expect((await problemOf(again(deployment.deps, val, ref.exportId))).code).toBe('too_many_active_exports');
    expect(await deployment.find(ref)).not.toHaveProperty('retriedBy');
    await deployment.store.end(active, { to: 'cancelled' }, { kind: 'not_admitted' }, { by: 'val', at: 0 });
    deployment.flags.acceptExports = false;
    expect((await problemOf(again(deployment.deps, val, ref.exportId))).code).toBe('exports_disabled');
  });

  test('belongs to whoever asks, limited to their own rows unless they read everyone’s', async () => {
    const deployment = createMemoryDeployment();
    const ref = await createFailed(deployment, val);
    const byAdmin = await again(deployment.deps, ada, ref.exportId);
    expect(byAdmin.requestedBy.userId).toBe('ada');
    expect(byAdmin.snapshot).not.toHaveProperty('ownerId');
    const adas = await createFailed(deployment, ada, {});
    const nowMember = caller('ada', 'member');
    expect((await again(deployment.deps, nowMember, adas.exportId)).snapshot.ownerId).toBe('ada');
  });
});
