import { describe, expect, it } from 'vitest';
import { LEASE_MS } from '../../../core/domain/lifecycle.ts';
import {
  advanceRange,
  cutRange,
  giveRangeBack,
  joinRanges,
  newRange,
  type PartRange,
  RANGE_LEASE_MS,
  recordRange,
  takeRange,
} from '../../../core/domain/part-range.ts';
import type { RangePlan } from '../../../core/ports/range-store.ts';
import { exportId, T0 } from '../../support/exports.ts';
import { newPlan, newResult } from '../../support/range-plans.ts';
import { createRunning, type OpenStores, type StoresUnderTest, system } from './stores-under-test.ts';

const two = [newRange(1, 0, 2), newRange(2, 2, 4)];

async function begun(stores: StoresUnderTest, plan = newPlan(1)): Promise<RangePlan> {
  await createRunning(stores, 1);
  expect(await stores.ranges.begin(plan, two)).toBe(true);
  return plan;
}

const rangesIn = async ({ ranges }: StoresUnderTest) => (await ranges.read(exportId(1)))?.ranges;

export function makingInRanges(open: OpenStores): void {
  describe('ranges', () => {
    it('are read as they were written, and only for their export', async () => {
      const stores = await open();
      const plan = await begun(stores, newPlan(1, 3, { slices: [{ to: 'é' }, { from: 'é', to: '' }, { from: '' }] }));
      expect(await stores.ranges.read(exportId(1))).toEqual({ plan, ranges: two });
      expect(await stores.ranges.read(exportId(2))).toBeUndefined();
    });

    it('begin only with the claim that holds the attempt, once and again', async () => {
      const stores = await open();
      const plan = await begun(stores);
      expect(await stores.ranges.begin(plan, two)).toBe(true);
      expect(await stores.ranges.begin(newPlan(1, 4, { claim: 'foreign' }), two)).toBe(false);
      expect((await stores.ranges.read(exportId(1)))?.plan).toEqual(plan);
    });

    it('have one owner each, of any number who want one', async () => {
      const stores = await open();
      const plan = await begun(stores);
      const owners = ['a', 'b', 'c', 'd'];
      const taken = await Promise.all(
        owners.map((owner) => stores.ranges.change(plan, 1, (range) => takeRange(range, owner, T0))),
      );
      expect(taken.filter((range) => range !== undefined)).toHaveLength(1);
      const [first] = (await rangesIn(stores)) ?? [];
      expect(first).toMatchObject({ tries: 1, at: 0, leaseUntil: T0 + RANGE_LEASE_MS });
      const later = await stores.ranges.change(plan, 1, (range) => takeRange(range, 'e', T0 + RANGE_LEASE_MS));
      expect(later).toMatchObject({ owner: 'e', tries: 2 });
      const late = await stores.ranges.change(plan, 1, (range) => advanceRange(range, first?.owner ?? '', 1));
      expect(late).toBeUndefined();
      expect(await stores.ranges.change(plan, 9, (range) => range)).toBeUndefined();
    });

    it('hold all of a result', async () => {
      const stores = await open();
      const plan = await begun(stores);
      await stores.ranges.change(plan, 1, (range) => takeRange(range, 'a', T0));
      const parts = [1, 2].map((number) => ({ number, etag: `"${number}"`, crc32: 'AAAAAA==', bytes: 5_300_000 }));
      const result = newResult(10, { parts, crc32: 0xffff_ffff });
      expect(await record(stores, plan, 1, 'a', 2, result)).toBe(true);
      expect(await record(stores, plan, 1, 'a', 2, result)).toBe(true);
      expect((await rangesIn(stores))?.[0]).toMatchObject({ result, rows: 10, leaseUntil: 0 });
    });

    it('hold what is known of a part file', async () => {
      const stores = await open();
      const plan = await begun(stores, newPlan(1, 4, { partFiles: true }));
      expect((await stores.ranges.read(exportId(1)))?.plan).toEqual(plan);
      await stores.ranges.change(plan, 1, (range) => takeRange(range, 'a', T0));
      const file = { key: 'exports/acme/x/1-claim-1/part-00000-a.parquet', sha256: 'f'.repeat(64), parts: 3 };
      const result = newResult(10, { parts: [], file });
      expect(await record(stores, plan, 1, 'a', 2, result)).toBe(true);
      expect((await rangesIn(stores))?.[0]?.result).toEqual(result);
    });

    it('take no result from anyone but their owner', async () => {
      const stores = await open();
      const plan = await begun(stores);
      await stores.ranges.change(plan, 1, (range) => takeRange(range, 'a', T0));
      expect(await record(stores, plan, 1, 'b', 2)).toBe(false);
      expect(await record(stores, plan, 1, 'a', 1)).toBe(false);
      await stores.ranges.change(plan, 1, (range) => giveRangeBack(range, 'a', undefined));
      expect(await record(stores, plan, 1, 'a', 2)).toBe(false);
      expect((await rangesIn(stores))?.[0]).toEqual({ ...two[0], tries: 0 });
    });

    it('take no result once the attempt is over: taken over, given back, or ended', async () => {
      const endings: ((stores: StoresUnderTest) => Promise<unknown>)[] = [
        ({ attempts }) => attempts.claim(ref, 'claim-2', T0 + LEASE_MS),
        ({ attempts }) => attempts.release(ref, 'claim-1', { kind: 'stopped' }, T0 + 1),
        ({ exports }) => exports.end(ref, { to: 'cancelled' }, { kind: 'claim', claim: 'claim-1' }, system),
      ];
      const ref = { accountId: 'acme', exportId: exportId(1) };
      for (const end of endings) {
        const stores = await open();
        const plan = await begun(stores);
        await stores.ranges.change(plan, 1, (range) => takeRange(range, 'a', T0));
        await end(stores);
        expect(await record(stores, plan, 1, 'a', 2)).toBe(false);
        expect((await rangesIn(stores))?.[0]?.result).toBeUndefined();
      }
    });

    it('are those of the newest attempt', async () => {
      const stores = await open();
      const old = await begun(stores);
      await stores.attempts.claim({ accountId: 'acme', exportId: exportId(1) }, 'claim-2', T0 + LEASE_MS);
      const plan = newPlan(1, 4, { attempt: 2, claim: 'claim-2' });
      expect(await stores.ranges.begin(plan, [newRange(1, 0, 4)])).toBe(true);
      expect(await stores.ranges.read(exportId(1))).toEqual({ plan, ranges: [newRange(1, 0, 4)] });
      await stores.ranges.change(old, 1, (range) => takeRange(range, 'late', T0));
      expect(await rangesIn(stores)).toEqual([newRange(1, 0, 4)]);
      await stores.ranges.close(old);
      expect((await stores.ranges.read(exportId(1)))?.plan.closed).toBeUndefined();
      await stores.ranges.close(plan);
      expect((await stores.ranges.read(exportId(1)))?.plan.closed).toBe(true);
    });

    it('are cut and joined as one, and not while somebody else does', async () => {
      const stores = await open();
      const plan = await begun(stores);
      const cut = (number: number) =>
        stores.ranges.changeFenced(plan, [1], ([range]) => range && cutRange(range, number));
      expect(await cut(3)).toEqual([{ ...two[0], to: 1 }, newRange(3, 1, 2)]);
      expect(await cut(4)).toBeUndefined();
      // Its number is taken.
      expect(await stores.ranges.changeFenced(plan, [2], ([range]) => range && cutRange(range, 3))).toBeUndefined();
      const joined = await stores.ranges.changeFenced(plan, [1, 3], ([a, b]) => a && b && joinRanges(a, b, 5));
      expect(joined?.at(-1)).toEqual({ ...newRange(5, 0, 2), joined: true });
      const now = (await rangesIn(stores)) ?? [];
      expect(now.map(({ number, replaced }) => [number, replaced])).toEqual([
        [1, true],
        [2, undefined],
        [3, true],
        [5, undefined],
      ]);
      expect(await stores.ranges.change(plan, 1, (range) => takeRange(range, 'a', T0))).toBeUndefined();
    });

    it('hand over to whoever comes second', async () => {
      const { ranges } = await open();
      expect(await ranges.handOver(exportId(1), 'run-0', { token: 't' }, T0)).toEqual({ token: 't' });
      expect(await ranges.handOver(exportId(1), 'run-1', { workers: [1, 2] }, T0)).toEqual({ workers: [1, 2] });
      expect(await ranges.handOver(exportId(1), 'run-0', { workers: [] }, T0)).toEqual({ token: 't', workers: [] });
      const both = await Promise.all([
        ranges.handOver(exportId(2), 'run-0', { workers: [1] }, T0),
        ranges.handOver(exportId(2), 'run-0', { token: 't' }, T0),
      ]);
      expect(both).toContainEqual({ token: 't', workers: [1] });
    });

    it('have a handover by its name as soon as either side has come', async () => {
      const stores = await open();
      await begun(stores);
      expect(await stores.ranges.handovers(exportId(1))).toEqual([]);
      await stores.ranges.handOver(exportId(1), 'run-1-0', { token: 't' }, T0);
      await stores.ranges.handOver(exportId(1), 'run-1-1', { workers: [1] }, T0);
      await stores.ranges.handOver(exportId(1), 'run-1-1', { token: 't' }, T0);
      await stores.ranges.handOver(exportId(2), 'a#b%', { token: 't' }, T0);
      expect(await stores.ranges.handovers(exportId(1))).toEqual(['run-1-0', 'run-1-1']);
      expect(await stores.ranges.handovers(exportId(2))).toEqual(['a#b%']);
    });

    it('go all at once, with plan and handovers', async () => {
      const stores = await open();
      await begun(stores);
      await stores.ranges.handOver(exportId(1), 'run-0', { token: 't' }, T0);
      await stores.ranges.remove({ accountId: 'acme', exportId: exportId(1) });
      await stores.ranges.remove({ accountId: 'acme', exportId: exportId(1) });
      expect(await stores.ranges.read(exportId(1))).toBeUndefined();
      expect(await stores.ranges.handovers(exportId(1))).toEqual([]);
      expect(await stores.ranges.handOver(exportId(1), 'run-0', {}, T0)).toEqual({});
      expect((await stores.exports.events(exportId(1))).length).toBeGreaterThan(0);
    });
  });
}

async function record(
  { ranges }: StoresUnderTest,
  plan: RangePlan,
  number: number,
  owner: string,
  to: number,
  result = newResult(1),
): Promise<boolean> {
  const rule = ([range]: readonly PartRange[]) => {
    const recorded = range && recordRange(range, owner, to, result);
    return recorded && [recorded];
  };
  return (await ranges.changeFenced(plan, [number], rule)) !== undefined;
}
