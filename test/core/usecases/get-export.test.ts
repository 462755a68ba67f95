// @module-tag never-back

import { expect, test } from 'vitest';
import { isTerminal } from '../../../core/domain/lifecycle.ts';
import type { ExportStore } from '../../../core/ports/export-store.ts';
import { cancelExport } from '../../../core/usecases/cancel-export.ts';
import { getExport } from '../../../core/usecases/get-export.ts';
import { createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';

/** Answers reads that may lag as everything is now, whatever happens from here on. */
async function lagging(deployment: MemoryDeployment, id: string) {
  const { deps } = deployment;
  const ref = { accountId: 'acme', exportId: id as `exp_${string}` };
  const old = structuredClone(await deps.store.getWithAttempt(ref));
  const places = await deps.admissions.queuePositions('acme', [ref.exportId], 100);
  const reads: string[] = [];
  const store: ExportStore = {
    ...deps.store,
    getWithAttempt: async (of, options) => {
      reads.push(options?.mayLag ? 'lagging' : 'consistent');
      return options?.mayLag ? old : deps.store.getWithAttempt(of);
    },
  };
  const admissions: typeof deps.admissions = {
    ...deps.admissions,
    queuePositions: async (accountId, ids, limit, options) =>
      options?.isConsistent ? deps.admissions.queuePositions(accountId, ids, limit, options) : places,
  };
  return { deps: { ...deps, store, admissions }, reads };
}

test('what would be older than what was seen is read again, and what is as old is not', async () => {
  const deployment = createMemoryDeployment();
  const ref = await deployment.createRunning();
  const { deps, reads } = await lagging(deployment, ref.exportId);
  const before = (await getExport(deployment.deps, val, ref.exportId)).mark;
  expect((await getExport(deps, val, ref.exportId, { mayLag: true, seen: before })).view.status).toBe('running');
  expect(reads).toEqual(['lagging']);

  const claim = { kind: 'claim', claim: ref.claim } as const;
  await deployment.stores.exports.end(ref, { to: 'cancelled' }, claim, { by: 'worker', at: deployment.clock.now() });
  const { view, mark } = await getExport(deployment.deps, val, ref.exportId);
  expect(isTerminal(view.status)).toBe(true);
  expect(await getExport(deps, val, ref.exportId, { mayLag: true, seen: mark })).toEqual({ view, mark });
  expect(reads).toEqual(['lagging', 'lagging', 'consistent']);
  // Whoever has not seen it may be told what was.
  expect((await getExport(deps, val, ref.exportId, { mayLag: true })).view.status).toBe('running');
  expect((await getExport(deps, val, ref.exportId, { mayLag: true, seen: before })).view.status).toBe('running');
});

test('a place in line does not go back either', async () => {
  const deployment = createMemoryDeployment({ caps: { pool: 1, account: 1 } });
  await deployment.createQueued();
  const [first, second] = [await deployment.createQueued(), await deployment.createQueued()];
  const { deps, reads } = await lagging(deployment, second.exportId);
  await cancelExport(deployment.deps, val, first.exportId);
  const { mark } = await getExport(deployment.deps, val, second.exportId);
  expect(mark.place).toBe(1);
  expect((await getExport(deps, val, second.exportId, { mayLag: true, seen: mark })).view.queuePosition).toBe(1);
  expect(reads).toEqual(['lagging', 'consistent']);
  expect((await getExport(deps, val, second.exportId, { mayLag: true })).view.queuePosition).toBe(2);
});
