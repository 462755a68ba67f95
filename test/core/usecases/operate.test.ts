// @module-tag operators-commands
// @module-tag operators-and-live-workers
// @module-tag operators-at-once
// @module-tag drift

import { describe, expect, test } from 'vitest';
import type { RolloutFlags } from '../../../core/domain/rollout-flags.ts';
import { accountOf, exportsInState } from '../../../core/usecases/active-exports.ts';
import { changeFlags, FlagsOvertakenError } from '../../../core/usecases/change-flags.ts';
import { failExport } from '../../../core/usecases/fail-export.ts';
import { findDrift } from '../../../core/usecases/find-drift.ts';
import { queueStatus } from '../../../core/usecases/queue-status.ts';
import { repairRunning } from '../../../core/usecases/repair-running.ts';
import { requeueExport } from '../../../core/usecases/requeue-export.ts';
import { exportId } from '../../support/exports.ts';
import { caller, createMemoryDeployment, val } from '../../support/memory-deployment.ts';
import { problemOf } from '../../support/problems.ts';

const by = { reason: 'The database was being moved.', operator: 'operator:olga' };
const gus = caller('gus', 'owner', 'globex');

async function members(deployment: ReturnType<typeof createMemoryDeployment>) {
  await deployment.stores.memberships.put(val);
  return deployment;
}

describe('an operator fails', () => {
  test('what waits in line: its execution is let go, and people are told', async () => {
    const deployment = await members(createMemoryDeployment());
    deployment.flags.runWorkers = false;
    const ref = await deployment.createQueued();
    await failExport(deployment.deps, ref, by);
    expect(await deployment.find(ref)).toMatchObject({
      status: 'failed',
      failure: { code: 'internal', message: by.reason },
    });
    expect(deployment.executions.find(ref, 1)?.dismissed).toBe(true);
    expect(await deployment.stores.admissions.waiting('acme', 1)).toEqual([]);
    expect((await deployment.stores.exports.events(ref.exportId)).at(-1)).toMatchObject({
      type: 'failed',
      by: by.operator,
    });
    deployment.advance(61_000);
    await deployment.sweep();
    expect(deployment.mailer.sent).toHaveLength(1);
  });

  test('what runs without a worker, and its slot goes to the next', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    const ref = await deployment.createRunning();
    const next = await deployment.createQueued();
    deployment.advance(60_000);
    await failExport(deployment.deps, ref, by);
    expect((await deployment.find(ref)).failure?.code).toBe('worker_lost');
    expect((await deployment.find(next)).admittedAt).toBe(deployment.clock.now());
  });

  test('neither what has a live lease, nor what has ended', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createRunning();
    deployment.advance(59_999);
    expect((await problemOf(failExport(deployment.deps, ref, by))).code).toBe('not_ready');
    expect((await deployment.find(ref)).status).toBe('running');
    const ready = await deployment.createReady();
    expect((await problemOf(failExport(deployment.deps, ready, by))).code).toBe('already_terminal');
    expect((await deployment.find(ready)).status).toBe('ready');
  });
});

describe('an operator requeues', () => {
  test('a failed export for whoever asked, which both timelines tell', async () => {
    const deployment = await members(createMemoryDeployment());
    deployment.flags.runWorkers = false;
    const old = await deployment.createQueued();
    expect((await problemOf(requeueExport(deployment.deps, old, by.operator))).code).toBe('not_ready');
    await failExport(deployment.deps, old, by);
    const retry = await requeueExport(deployment.deps, old, by.operator);
    expect(retry).toMatchObject({ retryOf: old.exportId, requestedBy: { userId: val.userId }, status: 'queued' });
    const { events } = deployment.stores.exports;
    expect(await events(retry.id)).toMatchObject([{ type: 'created', by: by.operator }]);
    expect((await events(old.exportId)).at(-1)).toMatchObject({ type: 'retried', by: by.operator });
    expect(deployment.executions.find({ accountId: 'acme', exportId: retry.id }, 1)?.status).toBe('RUNNING');
  });

  test('nothing for somebody who has left, and nothing that has succeeded', async () => {
    const deployment = await members(createMemoryDeployment());
    const ready = await deployment.createReady();
    expect((await problemOf(requeueExport(deployment.deps, ready, by.operator))).message).toMatch(/^It is ready; only/);
    deployment.flags.runWorkers = false;
    const old = await deployment.createQueued();
    await failExport(deployment.deps, old, by);
    await deployment.stores.memberships.remove('acme', val.userId);
    expect((await problemOf(requeueExport(deployment.deps, old, by.operator))).code).toBe('permission_revoked');
  });
});

describe('an operator sees', () => {
  test('what is queued and running, of all accounts, newest first, and how full the queue is', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 2, account: 1 }, activeLimit: 2 });
    const running = await deployment.createRunning();
    const waiting = await deployment.createQueued();
    const other = await deployment.createRunning(gus);
    deployment.advance(5_000);
    const fresh = await deployment.create(gus);
    const ids = async (status: 'queued' | 'running' | 'failed', accountId?: string) =>
      (await exportsInState(deployment.deps, { status, accountId, limit: 10 })).map(({ record }) => record.id);
    expect(await ids('running')).toEqual([other.exportId, running.exportId]);
    expect(await ids('queued')).toEqual([fresh.exportId, waiting.exportId]);
    expect(await ids('queued', 'acme')).toEqual([waiting.exportId]);
    expect(await ids('failed')).toEqual([]);
    expect(await accountOf(deployment.deps, other.exportId)).toBe('globex');
    expect(await accountOf(deployment.deps, exportId(99))).toBeUndefined();
    expect(await queueStatus(deployment.deps)).toMatchObject({
      ...{ queued: 2, running: 2, poolCap: 2, oldestQueuedMs: 5_000 },
      accountsAtCap: ['acme', 'globex'],
      usersAtCap: ['globex/gus', 'acme/val'],
    });
  });
});

describe('drift is', () => {
  test('nothing while all is well', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    await deployment.createRunning();
    await deployment.createQueued();
    await deployment.create();
    expect(await findDrift(deployment.deps)).toEqual([]);
  });

  test('what an item and a record disagree on, and repair frees the slots', async () => {
    const deployment = createMemoryDeployment();
    const lost = await deployment.create();
    deployment.advance(60_000);
    const { deps } = deployment;
    const [ghost, runs, ended] = [exportId(80), exportId(81), exportId(82)];
    const readQueue = deps.admissions.readQueue;
    const drifted = new Set<string>([ghost, ended]);
    const admissions = {
      ...deps.admissions,
      readQueue: async () => {
        const { pool, accounts } = await readQueue();
        const held = new Set([...drifted].filter((id) => id === ended));
        const acme = { accountId: 'acme', running: new Set([...held, runs]), tag: 0, joined: 1, mayWait: false };
        return { pool: { ...pool, running: new Set([...pool.running, ...drifted]) }, accounts: [...accounts, acme] };
      },
      waiting: async (accountId: string) => [{ accountId, exportId: exportId(83) }],
      removeFromRunning: async (_accountId: string | undefined, id: string) => void drifted.delete(id),
    };
    const kinds = async () => (await findDrift({ ...deps, admissions })).map((each) => `${each.kind} ${each.exportId}`);
    expect(await kinds()).toEqual([
      `slot_of_pool_alone ${ghost}`,
      `slot_without_export ${ended}`,
      `slot_of_account_alone ${runs}`,
      `slot_without_export ${runs}`,
      `token_without_export ${exportId(83)}`,
      `queued_without_token ${lost.exportId}`,
    ]);
    expect(await repairRunning({ ...deps, admissions })).toEqual({ repaired: 3, slotDrift: 3 });
    expect(drifted.size).toBe(0);
  });

  test('an export in a line that is taken for empty', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    await deployment.createRunning();
    const waits = await deployment.createQueued();
    for (const account of (await deployment.deps.admissions.readQueue()).accounts) {
      await deployment.deps.admissions.noteEmptyLine(account);
    }
    expect(await findDrift(deployment.deps)).toEqual([{ kind: 'line_taken_as_empty', ...waits }]);
  });

  test('not what only one of two looks has seen', async () => {
    const { deps } = createMemoryDeployment();
    let looks = 0;
    const readQueue = async () => {
      looks += 1;
      return { pool: { running: new Set<string>([exportId(looks)]), virtualTime: 0 }, accounts: [] };
    };
    expect(await findDrift({ ...deps, admissions: { ...deps.admissions, readQueue } })).toEqual([]);
    expect(looks).toBe(2);
  });
});

describe('the rollout flags', () => {
  const all = { acceptExports: true, runWorkers: true, allowDownloads: true };

  function switches(flags: RolloutFlags, writesBetween = 0) {
    const stored = { flags, version: 7, changedAt: 0 };
    return {
      stored,
      read: async () => ({ ...stored }),
      write: async (after: RolloutFlags) => {
        stored.flags = after;
        stored.version += 1 + writesBetween;
        return stored.version;
      },
    };
  }

  test('change one by one, and the others stay', async () => {
    const some = switches({ ...all, allowDownloads: false });
    const { before, after } = await changeFlags(some, { runWorkers: false });
    expect(before).toEqual({ ...all, allowDownloads: false });
    expect(after).toEqual({ acceptExports: true, runWorkers: false, allowDownloads: false });
    expect(some.stored).toMatchObject({ flags: after, version: 8 });
  });

  test('are not written when nothing changes, and tell when somebody else wrote too', async () => {
    const same = switches(all);
    await changeFlags(same, { runWorkers: true });
    expect(same.stored.version).toBe(7);
    await expect(changeFlags(switches(all, 1), { runWorkers: false })).rejects.toThrow(FlagsOvertakenError);
  });
});
