// @module-tag recipients

import { describe, expect, test } from 'vitest';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import type { Membership } from '../../../core/domain/permissions.ts';
import { downloadExport } from '../../../core/usecases/download-export.ts';
import { rerunExport, retryExport } from '../../../core/usecases/run-again.ts';
import { ada, caller, createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

const mel = caller('mel', 'member');
const olga = caller('olga', 'owner');

async function deploymentWith(...members: readonly Membership[]): Promise<MemoryDeployment> {
  const deployment = createMemoryDeployment();
  for (const member of members) await deployment.stores.memberships.put(member);
  return deployment;
}

async function notifyOf(deployment: MemoryDeployment, notify: readonly string[], by = val, report = 'guests') {
  return (await deployment.find(await deployment.create(by, { report, notify }))).notify;
}

describe('the recipients of a request', () => {
  test('are the members whose addresses it names, under the addresses of their memberships', async () => {
    const deployment = await deploymentWith(val, { ...mel, email: 'Mel@Acme.test' }, ada);
    expect(await notifyOf(deployment, ['mel@acme.test', 'ADA@acme.test'])).toEqual([
      { userId: 'mel', email: 'Mel@Acme.test' },
      { userId: 'ada', email: 'ada@acme.test' },
    ]);
  });

  test('are each there once, and the requester is none', async () => {
    const deployment = await deploymentWith(val, mel);
    const twice = ['mel@acme.test', 'Val@acme.test', 'MEL@acme.test', 'val@acme.test'];
    expect(await notifyOf(deployment, twice)).toEqual([{ userId: 'mel', email: 'mel@acme.test' }]);
  });

  test('must be members of this account: others are refused, each with a pointer', async () => {
    const deployment = await deploymentWith(val, mel, caller('gus', 'owner', 'globex'));
    const notify = ['gus@globex.test', 'mel@acme.test', 'nobody@acme.test'];
    const problem = await problemOf(deployment.create(val, { notify }));
    expect(problem.code).toBe('validation_failed');
    expect(problem.issues.map(({ pointer }) => pointer)).toEqual(['/notify/0', '/notify/2']);
    for (const { message } of problem.issues) expect(message).toMatch(/not the address of a member.*ask an owner/);
    expect(deployment.executions.all).toEqual([]);
  });

  test('must hold the report’s permission now', async () => {
    const deployment = await deploymentWith(ada, mel, olga);
    const orders = { report: 'orders', notify: ['olga@acme.test', 'mel@acme.test'] };
    const problem = await problemOf(deployment.create(ada, orders));
    expect(problem.code).toBe('validation_failed');
    expect(problem.issues).toEqual([{ pointer: '/notify/1', message: expect.stringContaining('may not read') }]);

    await deployment.stores.memberships.put({ ...mel, role: 'admin' });
    await deployment.create(ada, orders);
  });

  test('are found by the address even where a member who may not read has the same one', async () => {
    const shared = { ...mel, email: 'box@acme.test' };
    const deployment = await deploymentWith(ada, shared, { ...olga, email: 'box@acme.test' });
    const notify = await notifyOf(deployment, ['box@acme.test'], ada, 'orders');
    expect(notify).toEqual([{ userId: 'olga', email: 'box@acme.test' }]);
  });

  test('are not looked up when there are none', async () => {
    const deployment = createMemoryDeployment();
    deployment.memberships.list = async () => Promise.reject(new Error('asked'));
    expect(await notifyOf(deployment, [])).toEqual([]);
  });

  test('read by who they are: an address that passes to another person passes nothing on', async () => {
    const deployment = await deploymentWith(val, mel);
    const ref = await deployment.createReady(val, { notify: ['mel@acme.test'] });
    const heir = { ...caller('max', 'member'), email: 'mel@acme.test' };
    expect((await problemOf(downloadExport(deployment.deps, heir, ref.exportId))).code).toBe('not_found');
    await downloadExport(deployment.deps, { ...mel, email: 'new@acme.test' }, ref.exportId);
  });
});

describe.each([
  ['a retry', retryExport],
  ['a re-run', rerunExport],
])('the recipients of %s', (_, again) => {
  async function createFailed(deployment: MemoryDeployment, request: object): Promise<ExportRef> {
    const { claim, ...ref } = await deployment.createRunning(ada, { report: 'orders', ...request });
    const ending = { to: 'failed', failure: failureOf('source_unavailable') } as const;
    await deployment.store.end(ref, ending, { kind: 'claim', claim }, { by: 'worker', at: deployment.clock.now() });
    return ref;
  }

  test('are those who may still read it, under their addresses of now', async () => {
    const bob = caller('bob', 'admin');
    const eve = caller('eve', 'admin');
    const deployment = await deploymentWith(ada, bob, eve, olga);
    const notify = [bob, eve, olga].map(({ email }) => email);
    const ref = await createFailed(deployment, { notify });
    const { memberships } = deployment.stores;
    await memberships.remove('acme', 'bob');
    await memberships.put({ ...eve, role: 'member' });
    await memberships.put({ ...olga, email: 'owens@acme.test' });
    const record = await again(deployment.deps, ada, ref.exportId);
    expect(record.notify).toEqual([{ userId: 'olga', email: 'owens@acme.test' }]);
  });

  test('do not include whoever asks for it', async () => {
    const deployment = await deploymentWith(ada, olga);
    const ref = await createFailed(deployment, { notify: ['olga@acme.test'] });
    expect((await again(deployment.deps, olga, ref.exportId)).notify).toEqual([]);
  });
});
