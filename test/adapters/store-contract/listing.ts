import { describe, expect, it } from 'vitest';
import type { ExportId } from '../../../core/domain/export-id.ts';
import { LEASE_MS, type Status, statuses } from '../../../core/domain/lifecycle.ts';
import type { ListQuery } from '../../../core/ports/export-store.ts';
import { exportId, newExport, requester, T0 } from '../../support/exports.ts';
import {
  cancelled,
  close,
  create,
  createIn,
  createRunning,
  type OpenStores,
  ready,
  recordOf,
  type StoresUnderTest,
  system,
} from './stores-under-test.ts';

async function pagesOf(stores: StoresUnderTest, query: ListQuery): Promise<ExportId[][]> {
  const pages: ExportId[][] = [];
  for (let before: ExportId | undefined; ; ) {
    const page = await stores.exports.list(before ? { ...query, before } : query, T0);
    pages.push(page.items.map(({ id }) => id));
    before = page.items.at(-1)?.id;
    if (!page.more) return pages;
  }
}

export function listing(open: OpenStores): void {
  describe('list', () => {
    it('pages through an account newest first, without gaps, doubles or strangers', async () => {
      const stores = await open();
      for (const n of [3, 1, 5, 2, 4]) await create(stores, n);
      await create(stores, 6, { accountId: 'globex' });
      const pages = await pagesOf(stores, { accountId: 'acme', limit: 2 });
      expect(pages).toEqual([[exportId(5), exportId(4)], [exportId(3), exportId(2)], [exportId(1)]]);
      expect(await pagesOf(stores, { accountId: 'acme', limit: 5 })).toHaveLength(1);
    });

    it('lists one person’s exports in one account', async () => {
      const stores = await open();
      await create(stores, 1);
      await create(stores, 2, { requestedBy: requester('mel') });
      await create(stores, 3);
      await create(stores, 4, { accountId: 'globex' });
      const mine = { accountId: 'acme', requestedBy: 'ada', limit: 1 };
      expect(await pagesOf(stores, mine)).toEqual([[exportId(3)], [exportId(1)]]);
      expect(await pagesOf(stores, { ...mine, requestedBy: 'nobody' })).toEqual([[]]);
    });

    it('says what sorting and counting need', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      expect(await stores.exports.list({ accountId: 'acme', limit: 10 }, ready.expiresAt)).toEqual({
        items: [{ id: ref.exportId, status: 'ready', reportTitle: 'Orders' }],
        more: false,
        total: 1,
        totalIsLowerBound: false,
      });
    });

    it('counts further than it lists, as far as it is asked to', async () => {
      const stores = await open();
      for (let n = 1; n <= 5; n += 1) await create(stores, n);
      await create(stores, 6, { accountId: 'globex' });
      await create(stores, 7, { requestedBy: requester('mel') });
      const counted = async (query: Partial<ListQuery>) => {
        const { items, more, total, totalIsLowerBound } = await stores.exports.list(
          { accountId: 'acme', limit: 2, countUpTo: 4, ...query },
          T0,
        );
        return [items.length, more, total, totalIsLowerBound];
      };
      expect(await counted({})).toEqual([2, true, 4, true]);
      expect(await counted({ countUpTo: 6 })).toEqual([2, true, 6, false]);
      expect(await counted({ countUpTo: 9, limit: 6 })).toEqual([6, false, 6, false]);
      expect(await counted({ requestedBy: 'ada', countUpTo: 5 })).toEqual([2, true, 5, false]);
      expect(await counted({ requestedBy: 'mel' })).toEqual([1, false, 1, false]);
      expect(await counted({ before: exportId(5) })).toEqual([2, true, 4, false]);
      expect(await counted({ before: exportId(3) })).toEqual([2, false, 2, false]);
      expect(await counted({ reportId: 'orders' })).toEqual([2, true, 4, true]);
      expect(await counted({ status: 'queued', countUpTo: 6 })).toEqual([2, true, 6, false]);
      expect(await counted({ accountId: 'globex' })).toEqual([1, false, 1, false]);
    });

    it('counts what is added and what changes in a list that was counted before', async () => {
      const stores = await open();
      for (let n = 1; n <= 4; n += 1) await create(stores, n);
      const total = async (now = T0) =>
        (await stores.exports.list({ accountId: 'acme', limit: 2, countUpTo: 9 }, now)).total;
      expect(await total()).toBe(4);
      await create(stores, 5);
      expect(await total()).toBe(5);
      // More new ones than a page has: what was counted is out of sight, and all are counted again.
      for (let n = 6; n <= 9; n += 1) await create(stores, n);
      expect(await total()).toBe(9);
      await create(stores, 10);
      const later = await stores.exports.list({ accountId: 'acme', limit: 2, countUpTo: 9 }, T0 + 60_000);
      expect(later).toMatchObject({ total: 9, totalIsLowerBound: true });
    });

    it('filters by report and scope', async () => {
      const stores = await open();
      const { snapshot } = newExport(0);
      const guests = { ...snapshot.report, id: 'guest-list' };
      await create(stores, 1);
      await create(stores, 2, { snapshot: { ...snapshot, report: guests, scope: { filter: 'event', value: 'e1' } } });
      await create(stores, 3, { snapshot: { ...snapshot, report: guests, scope: { filter: 'event', value: 'e2' } } });
      await create(stores, 4, { snapshot: { ...snapshot, scope: { filter: 'event', value: 'e1' } } });
      const pages = (filter: Partial<ListQuery>, limit = 9) => pagesOf(stores, { accountId: 'acme', limit, ...filter });
      expect(await pages({ reportId: 'guest-list' })).toEqual([[exportId(3), exportId(2)]]);
      expect(await pages({ reportId: 'orders' }, 1)).toEqual([[exportId(4)], [exportId(1)]]);
      expect(await pages({ scope: 'e1' })).toEqual([[exportId(4), exportId(2)]]);
      expect(await pages({ scope: 'e1', reportId: 'guest-list', requestedBy: 'ada' })).toEqual([[exportId(2)]]);
      expect(await pages({ reportId: 'gone' })).toEqual([[]]);
    });

    it('filters by the status as it is at this instant', async () => {
      const stores = await open();
      const byStatus = new Map<Status, ExportId>();
      for (const [n, status] of statuses.entries()) byStatus.set(status, (await createIn(stores, status, n)).exportId);
      const erased = await createIn(stores, 'ready', 20);
      await stores.exports.erase(erased, system);
      const listed = async (status: Status, now: number) => {
        const { items } = await stores.exports.list({ accountId: 'acme', status, limit: 9 }, now);
        return new Set(items.map(({ id }) => id));
      };
      for (const status of ['queued', 'running', 'failed', 'cancelled', 'ready'] as const) {
        expect(await listed(status, ready.expiresAt - 1)).toEqual(new Set([byStatus.get(status)]));
      }
      expect(await listed('ready', ready.expiresAt)).toEqual(new Set());
      expect(await listed('expired', ready.expiresAt)).toEqual(
        new Set([byStatus.get('ready'), byStatus.get('expired'), erased.exportId]),
      );
    });

    it('follows pages of more than a megabyte', async () => {
      const stores = await open();
      const { snapshot } = newExport(0);
      const long = { ...snapshot, filters: { text: 'x'.repeat(200_000) } };
      for (let n = 1; n <= 8; n += 1) await create(stores, n, { snapshot: long });
      const { items, more } = await stores.exports.list({ accountId: 'acme', limit: 7 }, T0);
      expect(items).toHaveLength(7);
      expect(more).toBe(true);
    });
  });

  describe('getMany', () => {
    it('answers in the order asked for, each with its attempt, and leaves out what is missing', async () => {
      const stores = await open();
      const queued = await create(stores, 1);
      const running = await createRunning(stores, 2);
      await create(stores, 3, { accountId: 'globex' });
      const wanted = [exportId(2), exportId(3), exportId(99), exportId(1)];
      expect(await stores.exports.getMany('acme', wanted)).toEqual([
        await stores.exports.getWithAttempt(running),
        { record: await recordOf(stores, queued), attempt: undefined },
      ]);
      expect(await stores.exports.getMany('acme', [])).toEqual([]);
    });

    it('reads the attempts of those that run alone, when no others are wanted', async () => {
      const stores = await open();
      const running = await createRunning(stores, 1);
      const ended = await createIn(stores, 'ready', 2);
      const [first, second] = await stores.exports.getMany('acme', [running.exportId, ended.exportId], 'running');
      expect(first).toEqual(await stores.exports.getWithAttempt(running));
      expect(second).toEqual({ record: await recordOf(stores, ended), attempt: undefined });
    });

    it('finds what may be a moment old, and what was just created', async () => {
      const stores = await open();
      const running = await createRunning(stores, 1);
      const mayLag = { mayLag: true };
      expect(await stores.exports.getWithAttempt(running, mayLag)).toEqual(
        await stores.exports.getWithAttempt(running),
      );
      const queued = await create(stores, 2);
      expect((await stores.exports.getWithAttempt(queued, mayLag))?.record.id).toBe(queued.exportId);
      const missing = { accountId: 'acme', exportId: exportId(99) };
      expect(await stores.exports.getWithAttempt(missing, mayLag)).toBeUndefined();
    });

    it('reads more than fits into one request', async () => {
      const stores = await open();
      const ids = Array.from({ length: 120 }, (_, n) => exportId(n));
      await Promise.all(ids.map((_, n) => create(stores, n, { requestedBy: requester(`user-${n}`) })));
      const found = await stores.exports.getMany('acme', ids);
      expect(found.map(({ record }) => record.id)).toEqual(ids);
    });
  });

  describe('due', () => {
    it('start: from creation until it waits, runs or ends', async () => {
      const stores = await open();
      const [second, first, enqueued, ended] = [
        await create(stores, 2),
        await create(stores, 1, { accountId: 'a#c%me' }),
        await create(stores, 3),
        await create(stores, 4),
      ];
      await create(stores, 50);
      await createRunning(stores, 5);
      await stores.admissions.enqueue(enqueued, 't', 1, T0);
      await stores.exports.end(ended, cancelled, { kind: 'not_admitted' }, system);
      expect(await stores.exports.due('start', T0 + 49, 10)).toEqual([first, second]);
      expect(await stores.exports.due('start', T0 + 49, 1)).toEqual([first]);
      expect(await stores.exports.due('start', T0, 10)).toEqual([]);
    });

    it('cleanup: after endings of exports that had an attempt, until it is done', async () => {
      const stores = await open();
      await close(stores, await createIn(stores, 'ready', 1));
      const unclaimed = await create(stores, 2);
      await stores.exports.end(unclaimed, cancelled, { kind: 'not_admitted' }, system);
      await close(stores, unclaimed);
      const failedOne = await close(stores, await createIn(stores, 'failed', 3));
      const late = await createRunning(stores, 4);
      await stores.attempts.claim(late, 'claim-2', T0 + LEASE_MS);
      const second = { by: 'worker', at: T0 + 70_000 };
      await stores.exports.end(late, ready, { kind: 'claim', claim: 'claim-2' }, second);
      await close(stores, late);
      expect(await stores.exports.due('cleanup', T0, 10)).toEqual([]);
      expect(await stores.exports.due('cleanup', T0 + 70_000, 10)).toEqual([failedOne, late]);
      await stores.exports.markCleaned(failedOne, 4);
      for (const _ of [1, 2]) await stores.exports.markCleaned(late, 5);
      expect(await stores.exports.due('cleanup', T0 + 70_000, 10)).toEqual([]);
      expect(await stores.exports.due('expiry', ready.expiresAt, 10)).toContainEqual(late);
      expect(await recordOf(stores, late)).toMatchObject({ status: 'ready', version: 5 });
    });

    it('cleanup: after a first attempt too, if it may have left something', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      await stores.exports.end(
        ref,
        { ...ready, mayHaveLeftovers: true },
        { kind: 'claim', claim: 'claim-1' },
        { by: 'worker', at: T0 },
      );
      await close(stores, ref);
      expect(await stores.exports.due('cleanup', T0, 10)).toEqual([ref]);
      await stores.exports.markCleaned(ref, (await stores.exports.get(ref))?.version ?? 0);
      expect(await stores.exports.due('expiry', ready.expiresAt, 10)).toEqual([ref]);
    });

    it('cleanup: after an ending in the queue, where an execution may wait', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      await stores.admissions.enqueue(ref, 'token-1', 1000, T0);
      await stores.exports.end(ref, cancelled, { kind: 'not_admitted' }, system);
      await close(stores, ref);
      expect(await stores.exports.due('cleanup', system.at, 10)).toEqual([ref]);
      await stores.exports.markCleaned(ref, 3);
      expect(await stores.exports.due('cleanup', system.at, 10)).toEqual([]);
    });

    it('cleanup: is not marked as done for what has not ended, or never was', async () => {
      const stores = await open();
      const ref = await createRunning(stores, 1);
      await stores.exports.markCleaned(ref, 2);
      await stores.exports.markCleaned({ ...ref, exportId: exportId(9) }, 2);
      await stores.exports.end(ref, cancelled, { kind: 'attempt', attempt: 1 }, system);
      await close(stores, ref);
      expect(await stores.exports.due('cleanup', system.at, 10)).toEqual([ref]);
    });

    it('expiry: from its instant on, most overdue first, until it is expired or erased', async () => {
      const stores = await open();
      const refs = [];
      for (const [n, expiresAt] of [
        [1, 3000],
        [2, 1000],
        [3, 2000],
        [4, 1500],
        [5, 1600],
      ] as const) {
        const ref = await createRunning(stores, n);
        const guard = { kind: 'claim', claim: 'claim-1' } as const;
        await stores.exports.end(ref, { ...ready, expiresAt }, guard, system);
        refs.push(await close(stores, ref));
      }
      await createIn(stores, 'failed', 9);
      const [latest, earliest, middle, expired, erased] = refs;
      if (!expired || !erased) throw new Error('unreachable');
      await stores.exports.expire(expired, 1500);
      await stores.exports.erase(erased, system);
      expect(await stores.exports.due('expiry', 999, 10)).toEqual([]);
      expect(await stores.exports.due('expiry', 2000, 10)).toEqual([earliest, middle]);
      expect(await stores.exports.due('expiry', 9000, 10)).toEqual([earliest, middle, latest]);
      expect(await stores.exports.due('expiry', 9000, 2)).toEqual([earliest, middle]);
    });
  });
}
