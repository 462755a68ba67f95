// @module-tag levels-each-minute

import { describe, expect, test } from 'vitest';
import { announceExport } from '../../../core/usecases/announce-export.ts';
import type { Levels } from '../../../core/usecases/sweep.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import { caller, createMemoryDeployment, type MemoryDeployment } from '../../support/memory-deployment.ts';

const MINUTE = 60_000;
const gus = caller('gus', 'owner', 'globex');
const idle: Levels = { queued: 0, running: 0, oldestBlockedMs: 0, slotDrift: 0, overdueFiles: 0 };

const levels = async (deployment: MemoryDeployment) => (await deployment.sweep()).levels;

/** A file that nothing removes, past its expiry. */
async function createKept(deployment: MemoryDeployment): Promise<void> {
  const ref = await deployment.createReady();
  await announceExport(deployment.deps, ref);
  deployment.files.remove = async () => {
    throw new Error('access denied');
  };
  deployment.advance(7 * DAY);
}

test('an idle deployment has all levels at 0', async () => {
  expect(await levels(createMemoryDeployment())).toEqual(idle);
});

describe('queued and running', () => {
  test('are counted over all accounts, also those that no execution has brought to the line', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 2, account: 1 } });
    for (let n = 0; n < 3; n += 1) await deployment.createQueued();
    for (let n = 0; n < 2; n += 1) await deployment.createQueued(gus);
    await deployment.create(gus);
    expect(await levels(deployment)).toEqual({ ...idle, queued: 4, running: 2 });
  });

  test('are left out when the queue cannot be read; what else can be told is', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    deployment.admissions.countWaiting = async () => {
      throw new Error('throttled');
    };
    await deployment.createRunning();
    await deployment.createQueued();
    expect(await deployment.sweep()).toMatchObject({
      levels: { ...idle, queued: undefined, running: undefined },
      failures: [new Error('throttled')],
    });
  });
});

describe('the age of the oldest', () => {
  test('grows while an export could start and does not, and is 0 while workers are paused', async () => {
    const deployment = createMemoryDeployment();
    // Its execution runs and never comes to the queue.
    await deployment.create();
    for (let minute = 0; minute < 5; minute += 1) {
      await deployment.sweep();
      deployment.advance(MINUTE);
    }
    expect((await levels(deployment)).oldestBlockedMs).toBe(4 * MINUTE);
    deployment.flags.runWorkers = false;
    expect((await levels(deployment)).oldestBlockedMs).toBe(0);
  });

  test('does not count who waits for a slot', async () => {
    const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
    await deployment.createRunning();
    await deployment.createQueued();
    for (let minute = 0; minute < 3; minute += 1) {
      expect(await levels(deployment)).toMatchObject({ queued: 1, oldestBlockedMs: 0 });
      deployment.advance(MINUTE / 4);
    }
  });
});

test('a slot that an ended export still holds is drift, once; a signal that is sent again is none', async () => {
  const deployment = createMemoryDeployment();
  const ended = await deployment.createReady();
  deployment.executions.beforeCall = (operation) => {
    if (operation === 'resume') throw new Error('lost');
  };
  await expect(deployment.createQueued()).rejects.toThrow('lost');
  deployment.executions.beforeCall = () => {};
  deployment.stores.addRunning('acme', ended.exportId);
  deployment.advance(MINUTE);
  expect(await deployment.sweep()).toMatchObject({ repaired: 2, levels: { slotDrift: 1 } });
  expect((await levels(deployment)).slotDrift).toBe(0);
});

test('a file that cannot be removed is present ten minutes after it should be gone', async () => {
  const deployment = createMemoryDeployment();
  await createKept(deployment);
  deployment.advance(HOUR + 10 * MINUTE - 1);
  expect(await deployment.sweep()).toMatchObject({ levels: { overdueFiles: 0 }, failures: [expect.any(Error)] });
  deployment.advance(1);
  expect(await deployment.sweep()).toMatchObject({ levels: { overdueFiles: 1 }, failures: [expect.any(Error)] });
});
