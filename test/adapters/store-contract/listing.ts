import { describe, expect, it } from 'vitest';
import type { ExportId } from '../../../core/domain/export-id.ts';
import type { ListQuery } from '../../../core/ports/export-store.ts';
import { exportId, newExport, requester, T0 } from '../../support/exports.ts';
import {
  cancelled,
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
    const page = await stores.exports.list(before ? { ...query, before } : query);
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

    it('shows each export as it is', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      await stores.exports.recordDownload(ref, system);
      const { items, more } = await stores.exports.list({ accountId: 'acme', limit: 10 });
      expect(items).toEqual([await recordOf(stores, ref)]);
      expect(more).toBe(false);
    });

    it('follows pages of more than a megabyte', async () => {
      const stores = await open();
      const { snapshot } = newExport(0);
      const long = { ...snapshot, filters: { text: 'x'.repeat(200_000) } };
      for (let n = 1; n <= 8; n += 1) await create(stores, n, { snapshot: long });
      const { items, more } = await stores.exports.list({ accountId: 'acme', limit: 7 });
      expect(items).toHaveLength(7);
      expect(more).toBe(true);
    });
  });

  describe('queued without a token', () => {
    it('finds orphans, oldest first, until they wait, run or end', async () => {
      const stores = await open();
      const [second, first, enqueued, ended] = [
        await create(stores, 2),
        await create(stores, 1, { accountId: 'ac#me' }),
        await create(stores, 3),
        await create(stores, 4),
      ];
      await create(stores, 50);
      await createRunning(stores, 5);
      await stores.admission.enqueue(enqueued, 't', T0);
      await stores.exports.end(ended, cancelled, { kind: 'not_admitted' }, system);
      expect(await stores.exports.queuedWithoutToken(T0 + 50, 10)).toEqual([first, second]);
      expect(await stores.exports.queuedWithoutToken(T0 + 50, 1)).toEqual([first]);
      expect(await stores.exports.queuedWithoutToken(T0 + 1, 10)).toEqual([]);
    });
  });

  describe('due for expiry', () => {
    it('finds ready exports from their instant on, oldest first, until they are expired or erased', async () => {
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
        refs.push(ref);
      }
      await createIn(stores, 'failed', 9);
      const [latest, earliest, middle, expired, erased] = refs;
      if (!expired || !erased) throw new Error('unreachable');
      await stores.exports.expire(expired, 1500);
      await stores.exports.erase(erased, system);
      expect(await stores.exports.dueForExpiry(999, 10)).toEqual([]);
      expect(await stores.exports.dueForExpiry(2000, 10)).toEqual([earliest, middle]);
      expect(await stores.exports.dueForExpiry(9000, 10)).toEqual([earliest, middle, latest]);
      expect(await stores.exports.dueForExpiry(9000, 2)).toEqual([earliest, middle]);
    });
  });
}
