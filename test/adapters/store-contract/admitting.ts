import { describe, expect, it } from 'vitest';
import { type Caps, freeSlots, turns } from '../../../core/domain/admission.ts';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { exportId, newExport, refOf, T0 } from '../../support/exports.ts';
import {
  admitNow,
  cancelled,
  create,
  createIn,
  createWaiting,
  nothing,
  type OpenStores,
  occupied,
  recordOf,
  roomy,
  type StoresUnderTest,
  system,
} from './stores-under-test.ts';

/** Gives slots away in turn until there is nobody left to admit; answers in the order of admissions. */
async function admitAll(stores: StoresUnderTest, caps: Caps, onAdmitted?: (ref: ExportRef) => Promise<unknown>) {
  const order: string[] = [];
  for (;;) {
    const { pool, accounts } = await stores.admissions.readQueue();
    if (freeSlots(pool, caps) === 0) return order;
    let admitted = false;
    for (const { accountId, start } of turns(accounts, pool, caps)) {
      const [first] = await stores.admissions.waiting(accountId, 1);
      if (!first) continue;
      const token = (await stores.admissions.taskToken(first)) ?? '';
      // One that lost against another admitter reads the queue again.
      admitted = true;
      if (await stores.admissions.admit(first, token, start, caps, T0)) {
        order.push(accountId);
        await onAdmitted?.(first);
      }
      break;
    }
    if (!admitted) return order;
  }
}

export function admitting(open: OpenStores): void {
  describe('admit', () => {
    it('takes the slots, the place in line and the turn', async () => {
      const stores = await open();
      const ref = await createWaiting(stores, 1);
      expect(await stores.admissions.admit(ref, 'token-1', 7, roomy, T0 + 3)).toBe(true);
      expect(await recordOf(stores, ref)).toMatchObject({ admittedAt: T0 + 3, status: 'queued' });
      const running = new Set([ref.exportId]);
      expect(await stores.admissions.readQueue()).toEqual({
        pool: { running, virtualTime: 7 },
        accounts: [{ accountId: 'acme', running, tag: 8, joined: 1, mayWait: true }],
      });
      expect(await stores.admissions.waiting('acme', 10)).toEqual([]);
      expect(await stores.admissions.admit(ref, 'token-1', 8, roomy, T0 + 4)).toBe(false);
      expect(await recordOf(stores, ref)).toMatchObject({ admittedAt: T0 + 3 });
    });

    it('never goes back in virtual time, and gives no turn twice', async () => {
      const stores = await open();
      const [a1, a2, b] = [
        await createWaiting(stores, 1),
        await createWaiting(stores, 2),
        await createWaiting(stores, 3, 'globex'),
      ];
      await stores.admissions.admit(a1, 'token-1', 5, roomy, T0);
      expect(await stores.admissions.admit(a2, 'token-2', 5, roomy, T0)).toBe(false);
      expect(await stores.admissions.admit(b, 'token-3', 4, roomy, T0)).toBe(false);
      expect(await stores.admissions.admit(b, 'token-3', 5, roomy, T0)).toBe(true);
      expect(await stores.admissions.admit(a2, 'token-2', 6, roomy, T0)).toBe(true);
      expect(await stores.admissions.readQueue()).toMatchObject({ pool: { virtualTime: 6 } });
    });

    it.each([
      { cap: 'pool', caps: { pool: 2, account: 9 } },
      { cap: 'account', caps: { pool: 9, account: 2 } },
    ])('stops at the $cap’s cap until one ends', async ({ caps }) => {
      const stores = await open();
      const refs = [];
      for (const n of [1, 2, 3]) refs.push(await createWaiting(stores, n));
      const [first, second, third] = refs as [ExportRef, ExportRef, ExportRef];
      const admit = (ref: ExportRef, n: number) => stores.admissions.admit(ref, `token-${n}`, n, caps, T0);
      expect(await admit(first, 1)).toBe(true);
      expect(await admit(second, 2)).toBe(true);
      expect(await admit(third, 3)).toBe(false);
      expect(await occupied(stores, third)).toEqual({ pool: false, account: false, line: true });
      await stores.exports.end(first, cancelled, { kind: 'no_live_lease', now: T0 }, system);
      expect(await admit(third, 3)).toBe(true);
    });

    it('gives nothing to ended, tokenless or unknown exports', async () => {
      const stores = await open();
      const tokenless = await create(stores, 1);
      const ended = await createIn(stores, 'cancelled', 2);
      for (const ref of [tokenless, ended, refOf(newExport(9))]) {
        expect(await admitNow(stores, ref, 'token-2')).toBe(false);
        expect(await occupied(stores, ref)).toEqual(nothing);
      }
    });

    it('never exceeds a cap with six admitters at once, and loses nobody', async () => {
      const stores = await open();
      const caps = { pool: 4, account: 2 };
      for (let n = 0; n < 12; n += 1) await createWaiting(stores, n, `account-${n % 3}`);
      const peaks = { pool: 0, account: 0 };
      const ended: string[] = [];
      const look = async () => {
        const { pool, accounts } = await stores.admissions.readQueue();
        peaks.pool = Math.max(peaks.pool, pool.running.size);
        for (const { running } of accounts) peaks.account = Math.max(peaks.account, running.size);
      };
      while (ended.length < 12) {
        await Promise.all(Array.from({ length: 6 }, () => admitAll(stores, caps, look)));
        await look();
        const { accounts } = await stores.admissions.readQueue();
        const running = accounts.flatMap((account) =>
          [...account.running].map((id) => ({ accountId: account.accountId, exportId: id as ExportRef['exportId'] })),
        );
        expect(running).not.toEqual([]);
        await Promise.all(
          running.map((ref) => stores.exports.end(ref, cancelled, { kind: 'no_live_lease', now: T0 }, system)),
        );
        ended.push(...running.map(({ exportId: id }) => id));
      }
      expect(peaks).toEqual({ pool: 4, account: 2 });
      expect(new Set(ended).size).toBe(12);
      expect((await stores.admissions.readQueue()).pool.running.size).toBe(0);
    });
  });

  describe('fair turns', () => {
    const caps = { pool: 1, account: 1 };

    it('lets quiet accounts pass a long line, and the line go on after them', async () => {
      const stores = await open();
      for (let n = 1; n <= 8; n += 1) await createWaiting(stores, n, 'noisy');
      const end = (ref: ExportRef) => stores.exports.end(ref, cancelled, { kind: 'no_live_lease', now: T0 }, system);
      const first = await admitAll({ ...stores }, caps);
      expect(first).toEqual(['noisy']);
      await createWaiting(stores, 20, 'quiet-a');
      await createWaiting(stores, 21, 'quiet-b');
      await end({ accountId: 'noisy', exportId: exportId(1) });
      const order = await admitAll(stores, caps, end);
      expect(order.slice(0, 3).sort()).toEqual(['noisy', 'quiet-a', 'quiet-b'].sort());
      expect(order.slice(0, 2)).toEqual(['quiet-a', 'quiet-b']);
      expect(order.filter((accountId) => accountId === 'noisy')).toHaveLength(7);
    });

    it('does not set an account back for exports it cancelled while they waited', async () => {
      const stores = await open();
      for (let n = 1; n <= 20; n += 1) {
        const ref = await createWaiting(stores, n, 'fickle');
        await stores.exports.end(ref, cancelled, { kind: 'not_admitted' }, system);
      }
      await createWaiting(stores, 50, 'fickle');
      await createWaiting(stores, 51, 'newcomer');
      const end = (ref: ExportRef) => stores.exports.end(ref, cancelled, { kind: 'no_live_lease', now: T0 }, system);
      expect(await admitAll(stores, caps, end)).toEqual(['fickle', 'newcomer']);
    });

    it('tells the place in one’s own line, up to a limit', async () => {
      const stores = await open();
      const refs = [];
      for (const n of [3, 1, 2]) refs.push(await createWaiting(stores, n));
      await createWaiting(stores, 0, 'globex');
      const [third, first, second] = refs as [ExportRef, ExportRef, ExportRef];
      const positions = (refs: readonly ExportRef[], limit = 100) => {
        const ids = refs.map((ref) => ref.exportId);
        return stores.admissions.queuePositions('acme', ids, limit);
      };
      const position = async (ref: ExportRef, limit?: number) => (await positions([ref], limit)).get(ref.exportId);
      expect(await Promise.all([first, second, third].map((ref) => position(ref)))).toEqual([1, 2, 3]);
      const both = [
        [exportId(1), 1],
        [exportId(3), 3],
      ] as const;
      expect(await positions([third, first])).toEqual(new Map(both));
      expect(await positions([third, first], 2)).toEqual(new Map(both.slice(0, 1)));
      expect(await positions([])).toEqual(new Map());
      expect(await position(third, 3)).toBe(3);
      expect(await position(third, 2)).toBeUndefined();
      await admitNow(stores, first, 'token-1');
      expect(await position(first)).toBeUndefined();
      expect(await position(third)).toBe(2);
      expect(await stores.admissions.waiting('acme', 1)).toMatchObject([{ exportId: exportId(2) }]);
    });
  });
}
