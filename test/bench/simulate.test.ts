// @module-tag simulated-day

import { expect, test } from 'vitest';
import { simulateDay } from '../../bench/simulate/simulate.ts';
import { SlotQueue } from '../../bench/simulate/slot-queue.ts';
import { arrivalsOf, isNoisy, type Workload } from '../../bench/simulate/workload.ts';
import { exportRequest } from '../../core/contract/export-schemas.ts';
import type { ExportId } from '../../core/domain/export-id.ts';
import type { Executions } from '../../core/ports/executions.ts';
import { admit } from '../../core/usecases/admit.ts';
import { createExport } from '../../core/usecases/create-export.ts';
import { enqueueExport } from '../../core/usecases/enqueue-export.ts';
import { seededRandom } from '../proof/random.ts';
import { caller, createMemoryDeployment } from '../support/memory-deployment.ts';

const workload: Workload = {
  exports: 3_000,
  accounts: 50,
  seed: 1,
  burst: { fromHour: 9, minutes: 10, factor: 5 },
  noisy: { atHour: 20, exports: 200 },
};
const caps = { pool: 4, account: 2 };
const roomy = { perSecond: 100, burst: 100 };
const quotas = { starts: roomy, launches: roomy, mails: roomy };

test('a day is the same for the same seed, comes in order, and has its burst and its noisy account', () => {
  const day = [...arrivalsOf(workload)];
  expect([...arrivalsOf(workload)]).toEqual(day);
  expect([...arrivalsOf({ ...workload, seed: 2 })]).not.toEqual(day);
  expect(day.map(({ at }) => at)).toEqual(day.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(day.length).toBeGreaterThan(2_700);
  expect(day.length).toBeLessThan(3_300);
  expect(day.filter(isNoisy)).toHaveLength(200);
  const between = (from: number, to: number) => day.filter(({ at }) => at >= from * 60_000 && at < to * 60_000).length;
  expect(between(540, 550)).toBeGreaterThan(2 * between(530, 540));
});

test('every export has its turn, and no more run at once than may', async () => {
  const { outcomes, minutes, mostRunning } = await simulateDay({ workload, caps, quotas });
  expect(outcomes).toHaveLength([...arrivalsOf(workload)].length);
  expect(minutes.reduce((sum, { asked }) => sum + asked, 0)).toBe(outcomes.length);
  expect(minutes.reduce((sum, { ended }) => sum + ended, 0)).toBe(outcomes.length);
  expect(mostRunning).toBe(caps.pool);
  expect(minutes.at(-1)).toMatchObject({ waiting: 0, running: 0 });
});

test('quotas that are short are felt where they are asked for', async () => {
  const short = { perSecond: 0.01, burst: 1 };
  const free = await simulateDay({ workload, caps, quotas });
  expect([free.refusedStarts, Math.max(...free.outcomes.map(({ launchMs }) => launchMs))]).toEqual([0, 0]);
  const starts = await simulateDay({ workload, caps, quotas: { ...quotas, starts: { perSecond: 1, burst: 2 } } });
  expect(starts.refusedStarts).toBeGreaterThan(0);
  expect(starts.outcomes).toHaveLength(free.outcomes.length);
  const launches = await simulateDay({ workload, caps, quotas: { ...quotas, launches: short } });
  expect(Math.max(...launches.outcomes.map(({ launchMs }) => launchMs))).toBeGreaterThan(0);
  const mails = await simulateDay({ workload, caps, quotas: { ...quotas, mails: short } });
  expect(Math.max(...mails.outcomes.map(({ mailMs }) => mailMs))).toBeGreaterThan(0);
});

test('the queue gives turns in the order in which the store in memory does', async () => {
  const random = seededRandom(3);
  const deployment = createMemoryDeployment({ caps, activeLimit: 1_000 });
  const queue = new SlotQueue();
  const order: string[] = [];
  const lean: string[] = [];
  const answering = (into: string[]): Executions => ({
    start: async () => true,
    resume: async (token) => into.push(token) > 0,
    dismiss: async () => false,
    status: async () => 'RUNNING',
  });
  const stored = { ...deployment.deps, executions: answering(order) };
  const deps = { ...stored, admissions: queue, executions: answering(lean) };
  const running: { readonly accountId: string; readonly exportId: ExportId }[] = [];
  let looked = 0;
  for (let step = 0; step < 300; step += 1) {
    if (running.length === 0 || random.chance(0.6)) {
      const accountId = `account-${Math.floor(random.next() * 5)}`;
      const { id: exportId } = await createExport(
        stored,
        caller('u', 'viewer', accountId),
        exportRequest.parse({ report: 'guests' }),
        undefined,
      );
      const run = { taskToken: `${accountId}/${exportId}`, executionNumber: 1, retryCount: 0 };
      await enqueueExport(stored, { accountId, exportId }, run);
      await enqueueExport(deps, { accountId, exportId }, run);
    } else {
      const [ref] = running.splice(Math.floor(random.next() * running.length), 1);
      if (ref === undefined) throw new Error('nothing runs');
      await deployment.stores.exports.end(
        ref,
        { to: 'cancelled' },
        { kind: 'attempt', attempt: 0 },
        { by: 'u', at: deployment.clock.now() },
      );
      queue.leave(ref);
      await admit(stored);
      await admit(deps);
    }
    expect(lean).toEqual(order);
    for (const token of order.slice(looked)) {
      const [accountId = '', exportId = ''] = token.split('/');
      running.push({ accountId, exportId: exportId as ExportId });
    }
    looked = order.length;
  }
  expect(order.length).toBeGreaterThan(50);
});
