import { describe, expect, it } from 'vitest';
import { exportId, newExport, refOf, T0 } from '../../support/exports.ts';
import {
  admitNow,
  cancelled,
  create,
  createAdmitted,
  createIn,
  createRunning,
  createWaiting,
  nothing,
  type OpenStores,
  occupied,
  recordOf,
  system,
} from './stores-under-test.ts';

export function queueing(open: OpenStores): void {
  describe('enqueue', () => {
    it('puts an export in line, and replaces its token when repeated', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      expect(await stores.admissions.taskToken(ref)).toBeUndefined();
      expect(await stores.admissions.enqueue(ref, 'first', 1, T0)).toEqual({ kind: 'waiting' });
      expect(await stores.admissions.enqueue(ref, 'second', 2, T0 + 1)).toEqual({ kind: 'waiting' });
      expect(await stores.admissions.waiting('acme', 10)).toEqual([ref]);
      expect(await stores.admissions.taskToken(ref)).toBe('second');
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
      expect(await stores.admissions.taskToken(ref)).toBe('second');
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
}
