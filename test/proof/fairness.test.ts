// @module-tag fair-turns

import { describe, expect, test } from 'vitest';
import type { AdmissionStore } from '../../core/ports/admission-store.ts';
import { caller, createMemoryDeployment } from '../support/memory-deployment.ts';
import { proveFairness, scenarios } from './fairness/fairness.ts';

describe('quiet accounts beside one that queues thousands', () => {
  test.each(scenarios)(
    'wait no more than twice as long: $name',
    async (scenario) => {
      const { violations, beside } = await proveFairness({ ...scenario, noisyExports: 300 });
      expect(violations).toEqual([]);
      expect(beside.admissions).toBe(350);
      expect(beside.peakPool).toBeGreaterThan(3);
      expect(beside.peakAccount).toBeGreaterThan(3);
    },
    600_000,
  );

  test('would wait, if the noisy account went first', async () => {
    const [scenario] = scenarios;
    if (!scenario) throw new Error('no scenario');
    const { violations } = await proveFairness({ ...scenario, noisyExports: 300 }, { distort: noisyFirst });
    expect(violations.join()).toMatch(/quiet accounts wait/);
  }, 600_000);

  test('would be read again and again while empty, if nobody noted it', async () => {
    const [, , oneByOne] = scenarios;
    if (!oneByOne) throw new Error('no scenario');
    const distort = (store: AdmissionStore) => ({ ...store, noteEmptyLine: async () => {} });
    const { violations } = await proveFairness({ ...oneByOne, noisyExports: 300 }, { distort });
    expect(violations).toEqual(['admissions look again at lines that were empty']);
  }, 600_000);
});

/** A queue in which nobody else exists while the noisy account waits. */
function noisyFirst(store: AdmissionStore): AdmissionStore {
  return {
    ...store,
    async readQueue() {
      const { pool, accounts } = await store.readQueue();
      const waits = (await store.waiting('noisy', 1)).length > 0;
      return { pool, accounts: waits ? accounts.filter(({ accountId }) => accountId === 'noisy') : accounts };
    },
  };
}

test('an account that queued and cancelled thousands is not behind a newcomer', async () => {
  const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
  const first = await deployment.createRunning(caller('first', 'viewer', 'somebody'));
  for (let user = 0; user < 200; user += 1) {
    const by = caller(`user-${user}`, 'viewer', 'busy');
    for (let count = 0; count < 10; count += 1) {
      const ref = await deployment.createQueued(by);
      await deployment.store.end(ref, { to: 'cancelled' }, { kind: 'not_admitted' }, { by: by.userId, at: 0 });
    }
  }
  const busy = await deployment.createQueued(caller('one', 'viewer', 'busy'));
  const newcomer = await deployment.createQueued(caller('one', 'viewer', 'newcomer'));
  const end = (ref: typeof busy) =>
    deployment.store.end(ref, { to: 'cancelled' }, { kind: 'attempt', attempt: 0 }, { by: 'one', at: 0 });
  await deployment.store.end(first, { to: 'cancelled' }, { kind: 'claim', claim: first.claim }, { by: 'x', at: 0 });
  await deployment.sweep();
  expect((await deployment.find(busy)).admittedAt).toBeDefined();
  expect((await deployment.find(newcomer)).admittedAt).toBeUndefined();
  await end(busy);
  await deployment.sweep();
  expect((await deployment.find(newcomer)).admittedAt).toBeDefined();
}, 600_000);
