// @module-tag deleted-exports

import { describe, expect, test } from 'vitest';
import { deleteExport } from '../../../core/usecases/delete-export.ts';
import { viewExport } from '../../../core/usecases/export-view.ts';
import { sendFeedback } from '../../../core/usecases/send-feedback.ts';
import { ada, caller, createMemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

describe('deleting', () => {
  test('removes file, manifest and request, and keeps the line that it was', async () => {
    const deployment = createMemoryDeployment();
    const mel = caller('mel', 'member');
    await deployment.stores.memberships.put(mel);
    const request = { filters: { event: 'gala' }, note: 'secret', notify: ['mel@acme.test'] };
    const ref = await deployment.createReady(val, request);
    const now = deployment.clock.now();
    expect((await deployment.store.beginSending(ref, mel, 'mail-1', now)).kind).toBe('begun');
    await sendFeedback(deployment.deps, mel, ref.exportId, { kind: 'other', text: 'secret' });
    await deleteExport(deployment.deps, val, ref.exportId);
    expect([...deployment.files.objects.keys()]).toEqual([]);
    const record = await deployment.find(ref);
    expect(record.erasedAt).toBe(deployment.clock.now());
    const { items: feedback } = await deployment.feedback.list({ accountId: 'acme', limit: 10 });
    const events = await deployment.store.events(ref.exportId);
    expect(JSON.stringify([record, feedback, events])).not.toMatch(/gala|secret|mel@|guests\.csv/);
    expect(viewExport(record, { now: deployment.clock.now() }).status).toBe('expired');
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
