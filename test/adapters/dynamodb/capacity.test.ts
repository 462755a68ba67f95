// @module-tag capacity-units
// @module-tag stores-alike

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExportId, ExportRef } from '../../../core/domain/export-id.ts';
import { admit } from '../../../core/usecases/admit.ts';
import { writeUnits } from '../../../scripts/cost/usage.ts';
import { openDynamoStores } from '../../support/dynamo-stores.ts';
import { startDynamo, type TestDynamo, testClient } from '../../support/dynoxide.ts';
import { exportId, newExport, progressAt, refOf, T0 } from '../../support/exports.ts';
import {
  cancelled,
  createIn,
  createRunning,
  createWaiting,
  ready,
  system,
} from '../store-contract/stores-under-test.ts';

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

interface Consumed {
  readonly CapacityUnits?: number;
}

/** Stores whose requests ask what they cost; `units` adds it up since the last time it was asked. */
async function metered() {
  const client = testClient(dynamo.endpoint);
  let total = 0;
  const commands: string[] = [];
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as Record<string, unknown>;
      const isTableCall = !('KeySchema' in input);
      const result = await next(
        isTableCall ? { ...args, input: { ...input, ReturnConsumedCapacity: 'INDEXES' } } : args,
      );
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
      for (const { CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat()) total += CapacityUnits;
      commands.push(String(context.commandName));
      return result;
    },
    { step: 'initialize', priority: 'high' },
  );
  const stores = await openDynamoStores(dynamo.endpoint, client);
  const units = () => {
    const spent = { units: total, calls: commands.length };
    total = 0;
    commands.length = 0;
    return spent;
  };
  units();
  return { stores, units };
}

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
    const { stores, units } = await metered();
    const idempotency = { key: '7f1c1a52-9f7c-4a55-8f33-0a6d36a8f1f0', bodyHash: 'ab'.repeat(32) };
    await stores.exports.create(typical, { activeLimit: 10, idempotency });
    const spent = units();
    expect(spent.units).toBeGreaterThan(0);
    expect(spent.units).toBeLessThanOrEqual(writeUnits.create);
    expect(spent.calls).toBe(1);
  });

  it('beats for one write unit', async () => {
    const { stores, units } = await metered();
    const ref = await createRunning(stores, 1);
    units();
    const progress = { ...progressAt(T0 + 2000, 5_000_000), lastRowAt: T0 + 1999 };
    await stores.attempts.heartbeat(ref.exportId, 'claim-1', progress, T0 + 2000);
    expect(units()).toEqual({ units: 1, calls: 1 });
  });

  it('reads an export with its attempt for at most two read units', async () => {
    const { stores, units } = await metered();
    const ref = await createIn(stores, 'ready', 1);
    units();
    await stores.exports.getWithAttempt(ref);
    const spent = units();
    expect(spent.units).toBeGreaterThan(0);
    expect(spent.units).toBeLessThanOrEqual(2);
  });

  it('counts a line for one read unit per 8 KB, page after page', async () => {
    const { stores, units } = await metered();
    // Longer than real ones, so that few exports fill more than the megabyte of one page.
    const token = 't'.repeat(60_000);
    const waiting = 20;
    for (let n = 1; n <= waiting; n += 1) {
      await stores.admissions.enqueue(await createIn(stores, 'queued', n), token, 1, T0);
    }
    units();
    expect(await stores.admissions.countWaiting('acme')).toBe(waiting);
    const spent = units();
    expect(spent.calls).toBe(2);
    expect(spent.units).toBeGreaterThan(0);
    expect(spent.units).toBeLessThanOrEqual((waiting * 60_300) / 8192 + 2);
    expect(await stores.admissions.countWaiting('globex')).toBe(0);
  });

  it('looks for the next turn in four calls, whoever was active lately and however many wait', async () => {
    const { stores, units } = await metered();
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
    // The pool, the accounts, the head of the line, and the transaction; then the pool and the accounts again.
    expect(spent.calls).toBe(6);
    const reads = 2 * (1 + Math.ceil((others * 150) / 4096)) + 1;
    expect(spent.units).toBeLessThanOrEqual(reads + writeUnits.admit);
  });

  it('spends no more on a whole life than it does today', async () => {
    const { stores, units } = await metered();
    await stores.exports.create(typical, { activeLimit: 10 });
    const ref = refOf(typical);
    // As long as Step Functions' tokens are.
    const token = 't'.repeat(700);
    const [claim, worker] = [exportId(5), { by: 'worker', at: T0 }];
    const steps = [
      { most: writeUnits.enqueue, run: () => stores.admissions.enqueue(ref, token, 1000, T0) },
      { most: writeUnits.admit, run: () => stores.admissions.admit(ref, token, 0, { pool: 9, account: 9 }, T0) },
      { most: writeUnits.emptyLine, run: () => stores.admissions.noteEmptyLine({ accountId: 'acme', joined: 1 }) },
      { most: writeUnits.claim, run: () => stores.attempts.claim(ref, claim, T0) },
      { most: writeUnits.end, run: () => stores.exports.end(ref, ready, { kind: 'claim', claim }, worker) },
      { most: writeUnits.download, run: () => stores.exports.recordDownload(ref, { by: 'ada', at: T0 }) },
    ];
    units();
    for (const { most, run } of steps) {
      await run();
      expect(units().units).toBeLessThanOrEqual(most);
    }
  });
});
