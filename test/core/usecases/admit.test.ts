import { describe, expect, test } from 'vitest';
import { admit } from '../../../core/usecases/admit.ts';
import { enqueueExport } from '../../../core/usecases/enqueue-export.ts';
import { repairRunning } from '../../../core/usecases/repair-running.ts';
import { caller, createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';

const admittedIds = async (deployment: MemoryDeployment) => {
  const { pool } = await deployment.admissions.readQueue();
  return [...pool.running];
};

describe('an arrival', () => {
  test('starts at once while there is room, and waits on its token when there is none', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 2, account: 1 } });
    const first = await deployment.createQueued();
    const second = await deployment.createQueued();
    const elsewhere = await deployment.createQueued(caller('gus', 'owner', 'globex'));
    expect(await admittedIds(deployment)).toEqual([first.exportId, elsewhere.exportId]);
    expect(deployment.executions.find(first, 1)).toMatchObject({ resumed: true });
    expect(deployment.executions.find(second, 1)).toMatchObject({ resumed: false });
    expect((await deployment.find(first)).status).toBe('queued');
  });

  test('waits while workers are paused, and starts when they are back', async () => {
    const deployment = createMemoryDeployment();
    deployment.flags.runWorkers = false;
    const ref = await deployment.createQueued();
    expect(await admittedIds(deployment)).toEqual([]);
    deployment.flags.runWorkers = true;
    expect(await admit(deployment.deps)).toEqual([ref.exportId]);
    expect(await admit(deployment.deps)).toEqual([]);
  });

  test('whose token nobody knows gets no slot, and nobody looks for it without end', async () => {
    const deployment = createMemoryDeployment();
    deployment.flags.runWorkers = false;
    await deployment.createQueued();
    deployment.flags.runWorkers = true;
    const admissions = { ...deployment.admissions, taskToken: async () => undefined };
    expect(await admit({ ...deployment.deps, admissions })).toEqual([]);
    expect(await admittedIds(deployment)).toEqual([]);
  });

  test('that comes again waits on its new token; the old one means nothing', async () => {
    const deployment = createMemoryDeployment();
    deployment.flags.runWorkers = false;
    const ref = await deployment.createQueued();
    await deployment.enqueue(ref);
    expect(await deployment.admissions.waiting('acme', 10)).toHaveLength(1);
    deployment.flags.runWorkers = true;
    await admit(deployment.deps);
    expect(deployment.executions.find(ref, 1)?.resumed).toBe(true);
  });

  test('that comes again after its admission goes on at once', async () => {
    const deployment = createMemoryDeployment();
    const lost = () => {
      throw new Error('the signal was lost');
    };
    const ref = await deployment.create();
    deployment.executions.beforeCall = (operation) => operation === 'resume' && lost();
    await expect(deployment.enqueue(ref)).rejects.toThrow('the signal was lost');
    expect(deployment.executions.find(ref, 1)?.resumed).toBe(false);
    deployment.executions.beforeCall = () => {};
    await deployment.enqueue(ref);
    expect(deployment.executions.find(ref, 1)?.resumed).toBe(true);
    expect(await admittedIds(deployment)).toEqual([ref.exportId]);
  });

  test('that is overtaken by its repetition leaves the later token', async () => {
    const deployment = createMemoryDeployment();
    deployment.flags.runWorkers = false;
    const ref = await deployment.create();
    const [late, repeated] = [deployment.executions.runQueued(ref, 1), deployment.executions.runQueued(ref, 1)];
    await enqueueExport(deployment.deps, ref, repeated);
    await enqueueExport(deployment.deps, ref, late);
    deployment.flags.runWorkers = true;
    expect(await admit(deployment.deps)).toEqual([ref.exportId]);
    expect(deployment.executions.find(ref, 1)?.resumed).toBe(true);
  });

  test('that is overtaken after its admission answers nobody, and the later token can still be resumed', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.create();
    const [late, repeated] = [deployment.executions.runQueued(ref, 1), deployment.executions.runQueued(ref, 1)];
    const calls: string[] = [];
    deployment.executions.beforeCall = (operation) => {
      calls.push(operation);
      throw new Error('the signal was lost');
    };
    await expect(enqueueExport(deployment.deps, ref, repeated)).rejects.toThrow('the signal was lost');
    await enqueueExport(deployment.deps, ref, late);
    expect(calls).toEqual(['resume']);
    deployment.executions.beforeCall = () => {};
    deployment.advance(60_000);
    expect(await repairRunning(deployment.deps)).toEqual({ repaired: 1, slotDrift: 0 });
    expect(deployment.executions.find(ref, 1)?.resumed).toBe(true);
  });

  test('in the next execution replaces the token of the one before, however often that was repeated', async () => {
    const deployment = createMemoryDeployment();
    deployment.flags.runWorkers = false;
    const ref = await deployment.create();
    deployment.executions.runQueued(ref, 1);
    const late = deployment.executions.runQueued(ref, 1);
    deployment.executions.finish(ref, 1, 'ABORTED');
    await deployment.store.advanceExecution(ref, 1, deployment.clock.now());
    await deployment.executions.start(ref, 2);
    await enqueueExport(deployment.deps, ref, late);
    await deployment.enqueue(ref);
    await enqueueExport(deployment.deps, ref, late);
    deployment.flags.runWorkers = true;
    await admit(deployment.deps);
    expect(deployment.executions.find(ref, 2)?.resumed).toBe(true);
  });

  test('of an export that has ended, or never was, is sent away', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.create();
    await deployment.store.end(ref, { to: 'cancelled' }, { kind: 'not_admitted' }, { by: 'val', at: 0 });
    await deployment.enqueue(ref);
    expect(deployment.executions.find(ref, 1)?.dismissed).toBe(true);
    const unknown = { accountId: 'acme', exportId: 'exp_unknown' } as const;
    await deployment.executions.start(unknown, 1);
    await enqueueExport(deployment.deps, unknown, deployment.executions.runQueued(unknown, 1));
    expect(deployment.executions.find(unknown, 1)?.dismissed).toBe(true);
  });
});

describe('caps', () => {
  test('are kept by any number of admitters at once', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 5, account: 2 }, activeLimit: 100 });
    deployment.flags.runWorkers = false;
    for (let n = 0; n < 40; n += 1) await deployment.createQueued(caller('val', 'viewer', `account-${n % 4}`));
    deployment.flags.runWorkers = true;
    const admitted = await Promise.all(Array.from({ length: 8 }, () => admit(deployment.deps)));
    expect(new Set(admitted.flat()).size).toBe(5);
    expect(admitted.flat()).toHaveLength(5);
    const { accounts } = await deployment.admissions.readQueue();
    expect(accounts.map(({ running }) => running.size).sort()).toEqual([1, 1, 1, 2]);
  });

  test('leave those behind an account at its cap their turn', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 4, account: 2 } });
    for (let n = 0; n < 4; n += 1) await deployment.createQueued();
    const other = await deployment.createQueued(caller('gus', 'owner', 'globex'));
    expect(await admittedIds(deployment)).toContain(other.exportId);
    expect((await deployment.admissions.waiting('acme', 10)).length).toBe(2);
  });

  test('count an export from its admission to its end', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    const { claim, ...running } = await deployment.createRunning();
    const next = await deployment.createQueued();
    expect(await admit(deployment.deps)).toEqual([]);
    await deployment.store.end(running, { to: 'cancelled' }, { kind: 'claim', claim }, { by: 'worker', at: 0 });
    expect(await admit(deployment.deps)).toEqual([next.exportId]);
  });

  test('let one account’s exports start in the order they were asked for', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 10, account: 10 } });
    const refs = [await deployment.create(val), await deployment.create(val), await deployment.create(val)];
    deployment.flags.runWorkers = false;
    for (const ref of refs.toReversed()) await deployment.enqueue(ref);
    deployment.flags.runWorkers = true;
    expect(await admit(deployment.deps)).toEqual(refs.map(({ exportId }) => exportId));
  });
});
