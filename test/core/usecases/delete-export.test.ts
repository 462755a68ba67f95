import { describe, expect, test } from 'vitest';
import { deleteExport } from '../../../core/usecases/delete-export.ts';
import { viewExport } from '../../../core/usecases/export-view.ts';
import { ada, caller, createMemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

describe('deleting', () => {
  test('removes file, manifest and request, and keeps the line that it was', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady(val, { filters: { event: 'gala' }, note: 'secret' });
    await deleteExport(deployment.deps, val, ref.exportId);
    expect([...deployment.files.objects.keys()]).toEqual([]);
    const record = await deployment.find(ref);
    expect(record.erasedAt).toBe(deployment.clock.now());
    expect(JSON.stringify(record)).not.toMatch(/gala|secret/);
    expect(viewExport(record, { now: deployment.clock.now() }).status).toBe('expired');
    const events = await deployment.store.events(ref.exportId);
    expect(events.at(-1)).toMatchObject({ type: 'erased', by: 'val' });
  });

  test('twice is the same as once', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady();
    await deleteExport(deployment.deps, val, ref.exportId);
    const { version } = await deployment.find(ref);
    await deleteExport(deployment.deps, val, ref.exportId);
    expect((await deployment.find(ref)).version).toBe(version);
  });

  test('erases before it removes: when removal fails the sweeper does it', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady();
    deployment.files.beforeCall = () => {
      throw new Error('storage is down');
    };
    await expect(deleteExport(deployment.deps, val, ref.exportId)).rejects.toThrow('storage is down');
    expect((await deployment.find(ref)).erasedAt).toBeDefined();
    deployment.files.beforeCall = () => {};
    deployment.advance(60_000);
    expect(await deployment.sweep()).toMatchObject({ cleaned: 1 });
    expect([...deployment.files.objects.keys()]).toEqual([]);
  });

  test.each(['create', 'createRunning'] as const)('what has not ended is refused (%s)', async (way) => {
    const deployment = createMemoryDeployment();
    const ref = await deployment[way]();
    const problem = await problemOf(deleteExport(deployment.deps, val, ref.exportId));
    expect([problem.code, problem.extensions.exportId]).toEqual(['not_ready', ref.exportId]);
  });

  test('is for the requester and for admins; a recipient may only read', async () => {
    const deployment = createMemoryDeployment();
    await deployment.stores.memberships.put(caller('mel', 'member'));
    const ref = await deployment.createReady(val, { notify: ['mel@acme.test'] });
    const recipient = caller('mel', 'member');
    expect((await problemOf(deleteExport(deployment.deps, recipient, ref.exportId))).code).toBe('permission_required');
    const stranger = caller('eve', 'member');
    expect((await problemOf(deleteExport(deployment.deps, stranger, ref.exportId))).code).toBe('not_found');
    await deleteExport(deployment.deps, ada, ref.exportId);
  });
});
