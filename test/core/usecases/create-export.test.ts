import { describe, expect, test } from 'vitest';
import { caller, createMemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

describe('a request', () => {
  test('is frozen into a queued export whose execution is started', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.create(val, {
      filters: { event: 'gala' },
      note: 'for the door',
    });
    expect(await deployment.find(ref)).toMatchObject({
      status: 'queued',
      version: 1,
      accountId: 'acme',
      requestedBy: { userId: 'val', email: 'val@acme.test', name: 'val' },
      note: 'for the door',
      notify: [],
      notifyRequester: true,
      createdAt: deployment.clock.now(),
      snapshot: {
        report: { id: 'guests', version: 2 },
        filters: { event: 'gala' },
        scope: { filter: 'event', value: 'gala' },
        columns: ['id', 'guest'],
        ownerId: 'val',
      },
    });
    expect(await deployment.executions.status(ref, 1)).toBe('RUNNING');
  });

  test('is not limited to own rows for those who read everyone’s', async () => {
    const deployment = createMemoryDeployment();
    const { snapshot } = await deployment.find(await deployment.create(caller('ada', 'admin')));
    expect(snapshot).not.toHaveProperty('ownerId');
  });

  test('is refused with every mistake in it, and nothing is written', async () => {
    const deployment = createMemoryDeployment();
    const problem = await problemOf(
      deployment.create(val, { filters: { from: 'soon' }, format: 'pdf', columns: ['x'] }),
    );
    expect(problem.code).toBe('validation_failed');
    expect(problem.issues.map(({ pointer }) => pointer)).toEqual(['/filters/from', '/format', '/columns/0']);
    expect(deployment.executions.all).toEqual([]);
  });

  test('for a report that is unknown or not permitted is refused', async () => {
    const deployment = createMemoryDeployment();
    expect((await problemOf(deployment.create(val, { report: 'nothing' }))).code).toBe('not_found');
    const problem = await problemOf(deployment.create(val, { report: 'orders' }));
    expect(problem.code).toBe('permission_required');
    expect(problem.extensions).toEqual({ reportTitle: 'Orders' });
  });

  test('is refused while new exports are paused', async () => {
    const deployment = createMemoryDeployment();
    deployment.flags.acceptExports = false;
    expect((await problemOf(deployment.create())).code).toBe('exports_disabled');
  });
});

describe('a request with a key', () => {
  const request = { filters: { event: 'gala', from: '2026-01-01' }, note: 'once' };

  test('sent again is the same export, whatever the order of its members', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.create(val, request, 'key');
    const reordered = { note: 'once', filters: { from: '2026-01-01', event: 'gala' } };
    expect(await deployment.create(val, reordered, 'key')).toEqual(ref);
    expect(deployment.executions.all).toHaveLength(1);
  });

  test('sent again with another body is a conflict', async () => {
    const deployment = createMemoryDeployment();
    await deployment.create(val, request, 'key');
    expect((await problemOf(deployment.create(val, { ...request, note: 'twice' }, 'key'))).code).toBe(
      'idempotency_conflict',
    );
  });

  test('is another export for another person, with another key, and without one', async () => {
    const deployment = createMemoryDeployment();
    const ids = [
      await deployment.create(val, request, 'key'),
      await deployment.create(val, request, 'other'),
      await deployment.create(caller('mel', 'member'), request, 'key'),
      await deployment.create(caller('val', 'viewer', 'globex'), request, 'key'),
      await deployment.create(val, request),
      await deployment.create(val, request),
    ].map(({ exportId }) => exportId);
    expect(new Set(ids).size).toBe(6);
  });

  test('is answered from before although a recipient has left, and although new exports are paused by now', async () => {
    const deployment = createMemoryDeployment();
    const mel = caller('mel', 'member');
    await deployment.stores.memberships.put(mel);
    const withMel = { ...request, notify: [mel.email] };
    const ref = await deployment.create(val, withMel, 'key');
    await deployment.stores.memberships.remove(mel.accountId, mel.userId);
    deployment.flags.acceptExports = false;
    expect(await deployment.create(val, withMel, 'key')).toEqual(ref);
    expect((await problemOf(deployment.create(val, withMel, 'other'))).code).toBe('exports_disabled');
  });

  test('is answered from before even when the person has too many by now', async () => {
    const deployment = createMemoryDeployment({ activeLimit: 1 });
    const ref = await deployment.create(val, request, 'key');
    expect(await deployment.create(val, request, 'key')).toEqual(ref);
  });
});

describe('a person with as many active exports as allowed', () => {
  test('is told when to ask again; others are not', async () => {
    const deployment = createMemoryDeployment({ activeLimit: 2 });
    const first = await deployment.create();
    await deployment.createRunning();
    const problem = await problemOf(deployment.create());
    expect(problem.code).toBe('too_many_active_exports');
    expect(problem.message).toContain('2 exports');
    expect(problem.extensions.retryAfterSeconds).toBeGreaterThan(0);
    await deployment.create(caller('mel', 'member'));

    await deployment.store.end(first, { to: 'cancelled' }, { kind: 'not_admitted' }, { by: 'val', at: 0 });
    await deployment.create();
  });
});

describe('a start that fails', () => {
  test('is no error: the sweeper repeats it a minute later', async () => {
    const deployment = createMemoryDeployment();
    deployment.executions.beforeCall = () => {
      throw new Error('throttled');
    };
    const ref = await deployment.create();
    expect((await deployment.find(ref)).status).toBe('queued');
    expect(deployment.executions.all).toEqual([]);

    deployment.executions.beforeCall = () => {};
    deployment.advance(59_999);
    await deployment.sweep();
    expect(deployment.executions.all).toEqual([]);
    deployment.advance(1);
    expect(await deployment.sweep()).toMatchObject({ started: 1, failures: [] });
    expect(await deployment.executions.status(ref, 1)).toBe('RUNNING');
  });
});
