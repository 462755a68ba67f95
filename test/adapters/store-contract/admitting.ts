import { describe, expect, it } from 'vitest';
import { type Caps, freeSlots, turns } from '../../../core/domain/admission.ts';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { exportId, newExport, refOf, requester, T0 } from '../../support/exports.ts';
import {
  admitNow,
  cancelled,
  create,
  createAdmitted,
  createIn,
  createRunning,
  nothing,
  type OpenStores,
  occupied,
  recordOf,
  roomy,
  type StoresUnderTest,
  system,
} from './stores-under-test.ts';

async function createWaiting(stores: StoresUnderTest, n: number, accountId = 'acme'): Promise<ExportRef> {
  const ref = await create(stores, n, { accountId });
  await stores.admissions.enqueue(ref, `token-${n}`, 1, T0 + n);
  return ref;
}

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
      const ref = { accountId, exportId: first.exportId };
      // One that lost against another admitter reads the queue again.
      admitted = true;
      if (await stores.admissions.admit(ref, first.token, start, caps, T0)) {
        order.push(accountId);
        await onAdmitted?.(ref);
      }
      break;
    }
    if (!admitted) return order;
  }
}

export function admitting(open: OpenStores): void {
  describe('enqueue', () => {
    it('puts an export in line, and replaces its token when repeated', async () => {
      const stores = await open();
      const ref = await create(stores, 1, { requestedBy: requester('mel') });
      expect(await stores.admissions.enqueue(ref, 'first', 1, T0)).toEqual({ kind: 'waiting' });
      expect(await stores.admissions.enqueue(ref, 'second', 2, T0 + 1)).toEqual({ kind: 'waiting' });
      expect(await stores.admissions.waiting('acme', 10)).toEqual([
        { exportId: ref.exportId, userId: 'mel', token: 'second' },
      ]);
      expect(await recordOf(stores, ref)).toMatchObject({ taskToken: 'second', status: 'queued', version: 1 });
      expect(await admitNow(stores, ref, 'first')).toBe(false);
      expect(await admitNow(stores, ref, 'second')).toBe(true);
    });

    it('hands an admitted or running export its new token', async () => {
      const stores = await open();
      for (const ref of [await createAdmitted(stores, 1), await createRunning(stores, 2)]) {
        expect(await stores.admissions.enqueue(ref, 'new', 2, T0)).toEqual({ kind: 'admitted' });
        expect(await recordOf(stores, ref)).toMatchObject({ taskToken: 'new' });
        expect(await occupied(stores, ref)).toEqual({ pool: true, account: true, line: false });
      }
    });

    it('keeps the later token of an export in line', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      await stores.admissions.enqueue(ref, 'second', 2, T0);
      expect(await stores.admissions.enqueue(ref, 'first', 1, T0 + 1)).toEqual({ kind: 'superseded' });
      expect(await recordOf(stores, ref)).toMatchObject({ taskToken: 'second', tokenTry: 2 });
      expect(await stores.admissions.waiting('acme', 10)).toMatchObject([{ token: 'second' }]);
      expect(await admitNow(stores, ref, 'second')).toBe(true);
    });

    it('keeps the later token of an admitted or running export', async () => {
      const stores = await open();
      for (const ref of [await createAdmitted(stores, 1), await createRunning(stores, 2)]) {
        await stores.admissions.enqueue(ref, 'third', 3, T0);
        expect(await stores.admissions.enqueue(ref, 'second', 2, T0)).toEqual({ kind: 'superseded' });
        expect(await recordOf(stores, ref)).toMatchObject({ taskToken: 'third', tokenTry: 3 });
      }
    });

    it('takes the same try again, as after a reply that was lost', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      await stores.admissions.enqueue(ref, 'first', 1, T0);
      expect(await stores.admissions.enqueue(ref, 'first', 1, T0)).toEqual({ kind: 'waiting' });
      await admitNow(stores, ref, 'first');
      expect(await stores.admissions.enqueue(ref, 'first', 1, T0)).toEqual({ kind: 'admitted' });
    });

    it('finds ended ones ended, even for an earlier token, and unknown ones unknown', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'cancelled', 1);
      expect(await stores.admissions.enqueue(ref, 't', 0, T0)).toEqual({ kind: 'ended', status: 'cancelled' });
      expect(await occupied(stores, ref)).toEqual(nothing);
      expect(await stores.admissions.enqueue(refOf(newExport(9)), 't', 1, T0)).toEqual({ kind: 'not_found' });
      expect(await stores.admissions.waiting('acme', 10)).toEqual([]);
    });

    it('is harmless beside a cancellation', async () => {
      const stores = await open();
      for (let n = 1; n <= 10; n += 1) {
        const ref = await create(stores, n);
        await Promise.all([
          stores.admissions.enqueue(ref, 't', 1, T0),
          stores.exports.end(ref, cancelled, { kind: 'not_admitted' }, system),
        ]);
        expect(await occupied(stores, ref)).toEqual(nothing);
      }
    });
  });

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
      const position = (ref: ExportRef, limit = 100) => stores.admissions.queuePosition(ref, limit);
      expect(await Promise.all([first, second, third].map((ref) => position(ref)))).toEqual([1, 2, 3]);
      expect(await position(third, 3)).toBe(3);
      expect(await position(third, 2)).toBeUndefined();
      await admitNow(stores, first, 'token-1');
      expect(await position(first)).toBeUndefined();
      expect(await position(third)).toBe(2);
      expect(await stores.admissions.waiting('acme', 1)).toMatchObject([{ exportId: exportId(2) }]);
    });
  });

  describe('repair', () => {
    it('takes leftovers of ended and unknown exports out of the running sets', async () => {
      const stores = await open();
      for (const ref of [await createIn(stores, 'cancelled', 1), refOf(newExport(9))]) {
        await stores.addRunning('acme', ref.exportId);
        expect(await occupied(stores, ref)).toMatchObject({ pool: true, account: true });
        await stores.admissions.removeFromRunning('acme', ref.exportId);
        await stores.admissions.removeFromRunning('acme', ref.exportId);
        expect(await occupied(stores, ref)).toEqual(nothing);
      }
    });

    it('leaves an export that has not ended its slot', async () => {
      const stores = await open();
      for (const ref of [await createAdmitted(stores, 1), await createRunning(stores, 2)]) {
        await stores.admissions.removeFromRunning('acme', ref.exportId);
        expect(await occupied(stores, ref)).toMatchObject({ pool: true, account: true });
      }
    });

    it('takes an id that only the pool holds out of it', async () => {
      const stores = await open();
      await stores.addRunning(undefined, exportId(9));
      await stores.admissions.removeFromRunning(undefined, exportId(9));
      expect(await stores.admissions.readQueue()).toMatchObject({ pool: { running: new Set() }, accounts: [] });
    });

    it('forgets accounts with nothing running, waiting or recent', async () => {
      const stores = await open();
      await createWaiting(stores, 1, 'waits');
      await admitNow(stores, await createWaiting(stores, 2, 'runs'), 'token-2');
      for (const [n, accountId] of [
        [3, 'idle'],
        [90, 'recent'],
      ] as const) {
        const ref = await createWaiting(stores, n, accountId);
        await stores.exports.end(ref, cancelled, { kind: 'not_admitted' }, system);
      }
      const known = async () => (await stores.admissions.readQueue()).accounts.map(({ accountId }) => accountId);
      expect(await known()).toEqual(['idle', 'recent', 'runs', 'waits']);
      await stores.admissions.forgetIdleAccounts(T0 + 90);
      expect(await known()).toEqual(['recent', 'runs', 'waits']);
    });
  });

  describe('a line that was found empty', () => {
    it('is looked at again when another has joined it, whether it is the first time or not', async () => {
      const stores = await open();
      const account = async () => {
        const [found] = (await stores.admissions.readQueue()).accounts;
        if (found === undefined) throw new Error('no account');
        return found;
      };
      for (const n of [1, 2]) {
        await admitNow(stores, await createWaiting(stores, n), `token-${n}`);
        expect(await account()).toMatchObject({ joined: n, mayWait: true });
        await stores.admissions.noteEmptyLine(await account());
        expect(await account()).toMatchObject({ joined: n, mayWait: false });
      }
    });

    it('is not taken as empty when another has joined it meanwhile', async () => {
      const stores = await open();
      await admitNow(stores, await createWaiting(stores, 1), 'token-1');
      const { accounts } = await stores.admissions.readQueue();
      await createWaiting(stores, 2);
      for (const each of accounts) await stores.admissions.noteEmptyLine(each);
      expect((await stores.admissions.readQueue()).accounts).toMatchObject([{ joined: 2, mayWait: true }]);
    });

    it('of an account that is not known says nothing of what joins it later', async () => {
      const stores = await open();
      await stores.admissions.noteEmptyLine({ accountId: 'acme', joined: 1 });
      await createWaiting(stores, 1);
      expect((await stores.admissions.readQueue()).accounts).toMatchObject([{ accountId: 'acme', mayWait: true }]);
    });
  });

  describe('watching', () => {
    it('tells when the queue was watched last, and nothing after a pause', async () => {
      const { admissions } = await open();
      expect(await admissions.beginWatch(T0, false)).toBeUndefined();
      expect(await admissions.lastWatch()).toBe(T0);
      expect(await admissions.beginWatch(T0 + 1, false)).toBe(T0);
      await admissions.beginWatch(T0 + 2, true);
      expect(await admissions.lastWatch()).toBeUndefined();
      await admissions.beginWatch(T0 + 3, true);
      expect(await admissions.beginWatch(T0 + 4, false)).toBeUndefined();
      expect(await admissions.beginWatch(T0 + 5, false)).toBe(T0 + 4);
    });

    it('gives one time to one of many watchers', async () => {
      const { admissions } = await open();
      await admissions.beginWatch(T0, false);
      const times = await Promise.all([1, 2, 3, 4, 5].map((n) => admissions.beginWatch(T0 + n, false)));
      expect(new Set(times).size).toBe(5);
      expect(times).toContain(T0);
    });
  });
}
