// @module-tag capacity-units
// @module-tag stores-alike

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportId, ExportRef } from '../../../core/domain/export-id.ts';
import { admit } from '../../../core/usecases/admit.ts';
import { writeUnits } from '../../../scripts/cost/usage.ts';
import { putInLine } from '../../support/copied-exports.ts';
import { startDynamo, type TestDynamo } from '../../support/dynoxide.ts';
import { exportId, newExport, progressAt, refOf, T0 } from '../../support/exports.ts';
import {
  cancelled,
  createIn,
  createRunning,
  createWaiting,
  ready,
  system,
} from '../store-contract/stores-under-test.ts';
import { openMeteredStores } from './metered-stores.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

/** As long as a record gets whose request uses most of what a form offers. */
const typical = newExport(1, {
  note: 'For the quarterly review',
  notify: [
    { userId: 'usr_ben', email: 'ben@acme.test' },
    { userId: 'usr_mel', email: 'mel@acme.test' },
  ],
  snapshot: {
    ...newExport(1).snapshot,
    columns: Array.from({ length: 20 }, (_, n) => `orderColumn${n}`),
  },
});

describe('capacity units', () => {
  it('creates for at most 18 write units', async () => {
    const { stores, spent: units } = await openMeteredStores(dynamo.endpoint);
    const idempotency = { key: '7f1c1a52-9f7c-4a55-8f33-0a6d36a8f1f0', bodyHash: 'ab'.repeat(32) };
    await stores.exports.create(typical, { activeLimit: 10, idempotency });
    expect(writeUnits.create).toBeLessThanOrEqual(18);
    expect(units()).toMatchObject({ writes: writeUnits.create, calls: 1 });
  });

  it('beats for one write unit', async () => {
    const { stores, spent: units } = await openMeteredStores(dynamo.endpoint);
    const ref = await createRunning(stores, 1);
    units();
    const progress = { ...progressAt(T0 + 2000, 5_000_000), lastRowAt: T0 + 1999 };
    await stores.attempts.heartbeat(ref.exportId, 'claim-1', progress, T0 + 2000);
    expect(units()).toEqual({ reads: 0, writes: 1, units: 1, calls: 1 });
  });

  it('reads an export with its attempt for at most two read units', async () => {
    const { stores, spent: units } = await openMeteredStores(dynamo.endpoint);
    const ref = await createIn(stores, 'ready', 1);
    units();
    await stores.exports.getWithAttempt(ref);
    const spent = units();
    expect(spent.units).toBeGreaterThan(0);
    expect(spent.units).toBeLessThanOrEqual(2);
  });

  it.each([
    { idLength: 4, told: 100 },
    { idLength: 9, told: 100 },
    { idLength: 36, told: 61 },
    { idLength: 64, told: 43 },
  ])('tells $told places for half a read unit, of an account whose id has $idLength characters', async (each) => {
    const { stores, spent: units } = await openMeteredStores(dynamo.endpoint);
    const accountId = 'a'.repeat(each.idLength);
    const ids = Array.from({ length: 150 }, (_, n) => exportId(n));
    await putInLine(
      stores.client,
      stores.tableName,
      ids.map((id) => ({ accountId, exportId: id })),
    );
    units();
    const places = await stores.admissions.queuePositions(accountId, ids, 100);
    expect(units()).toMatchObject({ reads: 0.5, calls: 1 });
    expect([...places]).toEqual(ids.slice(0, each.told).map((id, index) => [id, index + 1]));
    expect(await stores.admissions.queuePositions(accountId, ids, 100, { isConsistent: true })).toEqual(places);
    expect(units()).toMatchObject({ reads: 1, calls: 1 });
  });

  it('counts a line for one read unit per 8 KB, page after page', async () => {
    const { stores, spent: units } = await openMeteredStores(dynamo.endpoint);
    // Longer than real ones, so that few exports fill more than the megabyte of one page.
    const accountId = 'a'.repeat(2_000);
    const line = Array.from({ length: 600 }, (_, n) => ({ accountId, exportId: exportId(n) }));
    await putInLine(stores.client, stores.tableName, line);
    units();
    expect(await stores.admissions.countWaiting(accountId)).toBe(line.length);
    const spent = units();
    expect(spent.calls).toBe(2);
    expect(spent.units).toBeGreaterThan(0);
    expect(spent.units).toBeLessThanOrEqual((line.length * 2_031) / 8192 + 2);
    expect(await stores.admissions.countWaiting('globex')).toBe(0);
  });

  it('gives the last slot to whoever is next in five calls, whoever was active lately and however many wait', async () => {
    const { stores, spent: units } = await openMeteredStores(dynamo.endpoint);
    const executions = { resume: async () => true };
    const rollout = { flags: async () => ({ acceptExports: true, runWorkers: true, allowDownloads: true }) };
    const caps = { pool: 1, account: 1 };
    const deps = { admissions: stores.admissions, executions, rollout, clock: { now: () => T0 }, caps };
    const end = async (ref: ExportRef) => {
      await stores.exports.end(ref, cancelled, { kind: 'attempt', attempt: 0 }, system);
    };
    const others = 40;
    for (let n = 1; n <= others; n += 1) {
      const ref = await createWaiting(stores, n, `account-${String(n).padStart(2, '0')}`);
      await admit(deps);
      await end(ref);
      // As every ending does: the line is found empty, and that is noted.
      await admit(deps);
    }
    for (let n = 1; n <= 60; n += 1) await createWaiting(stores, 100 + n, 'last');
    await admit(deps);
    const [first] = (await stores.admissions.readQueue()).pool.running;
    await end({ accountId: 'last', exportId: first as ExportId });

    units();
    expect(await admit(deps)).toHaveLength(1);
    const spent = units();
    // The pool, the accounts, the head of the line, its export, and the transaction.
    expect(spent.calls).toBe(5);
    const reads = 1 + Math.ceil((others * 150) / 4096) + 2;
    expect(spent.units).toBeLessThanOrEqual(reads + writeUnits.admit);
  });

  it('spends on a whole life what docs/cost.md reckons with', async () => {
    const { stores, spent: units } = await openMeteredStores(dynamo.endpoint);
    await stores.exports.create(typical, { activeLimit: 10 });
    const ref = refOf(typical);
    // As long as Step Functions' tokens are.
    const token = 't'.repeat(700);
    const [claim, worker] = [exportId(5), { by: 'worker', at: T0 }];
    const steps = [
      { exactly: writeUnits.enqueue, run: () => stores.admissions.enqueue(ref, token, 1000, T0) },
      { exactly: writeUnits.admit, run: () => stores.admissions.admit(ref, token, 0, { pool: 9, account: 9 }, T0) },
      { exactly: writeUnits.emptyLine, run: () => stores.admissions.noteEmptyLine({ accountId: 'acme', joined: 1 }) },
      { exactly: writeUnits.claim, run: () => stores.attempts.claim(ref, claim, T0) },
      { exactly: writeUnits.end, run: () => stores.exports.end(ref, ready, { kind: 'claim', claim }, worker) },
      { exactly: writeUnits.download, run: () => stores.exports.recordDownload(ref, { by: 'ada', at: T0 }) },
    ];
    units();
    for (const { exactly, run } of steps) {
      await run();
      expect(units().writes).toBe(exactly);
    }
  });
});
