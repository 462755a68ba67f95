// @module-tag feedback

import { describe, expect, it } from 'vitest';
import { MAX_FEEDBACK_PER_EXPORT, MAX_FEEDBACK_PER_PERSON } from '../../../core/domain/feedback.ts';
import { exportId, feedbackId, T0 } from '../../support/exports.ts';
import { create, createIn, createRunning, eventTypes, type OpenStores, recordOf, system } from './stores-under-test.ts';

const said = (n: number, by = 'mel') => ({
  id: feedbackId(n),
  kind: 'other' as const,
  text: `words ${n}`,
  by,
  at: T0 + n,
});

export function givingFeedback(open: OpenStores): void {
  describe('feedback', () => {
    it('is kept, and told by its kind in the timeline', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      expect(await stores.exports.addFeedback(ref, said(1))).toBe('noted');
      const { items } = await stores.feedback.list({ accountId: 'acme', limit: 10 });
      const { report } = (await recordOf(stores, ref)).snapshot;
      expect(items).toEqual([{ ...said(1), ...ref, report: { id: report.id, title: report.title } }]);
      const line = (await stores.exports.events(ref.exportId)).at(-1);
      expect(line).toMatchObject({ type: 'feedback', by: 'mel', at: T0 + 1, details: { kind: 'other' } });
      expect(JSON.stringify([line, await recordOf(stores, ref)])).not.toContain('words');
    });

    it.each(['ready', 'failed', 'cancelled', 'expired'] as const)('is taken about a %s export', async (status) => {
      const stores = await open();
      expect(await stores.exports.addFeedback(await createIn(stores, status, 1), said(1))).toBe('noted');
    });

    it('waits for the end', async () => {
      const stores = await open();
      for (const ref of [await create(stores, 1), await createRunning(stores, 2)]) {
        expect(await stores.exports.addFeedback(ref, said(1))).toBe('not_ended');
      }
      const unknown = { accountId: 'acme', exportId: exportId(9) };
      expect(await stores.exports.addFeedback(unknown, said(1))).toBe('not_ended');
      expect(await stores.feedback.list({ accountId: 'acme', limit: 10 })).toEqual({ items: [], more: false });
    });

    it('is taken a handful of times from one person, and so many times in all', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      let n = 0;
      for (; n < MAX_FEEDBACK_PER_PERSON; n += 1) await stores.exports.addFeedback(ref, said(n));
      expect(await stores.exports.addFeedback(ref, said(++n))).toBe('too_much');
      for (let person = 1; person < MAX_FEEDBACK_PER_EXPORT / MAX_FEEDBACK_PER_PERSON; person += 1) {
        for (let time = 0; time < MAX_FEEDBACK_PER_PERSON; time += 1) {
          expect(await stores.exports.addFeedback(ref, said(++n, `user${person}`))).toBe('noted');
        }
      }
      expect(await stores.exports.addFeedback(ref, said(++n, 'one more'))).toBe('too_much');
      const { items } = await stores.feedback.list({ accountId: 'acme', limit: 100 });
      expect(items).toHaveLength(MAX_FEEDBACK_PER_EXPORT);
      // All of it goes in one transaction.
      await stores.exports.erase(ref, system);
      expect(await stores.feedback.list({ accountId: 'acme', limit: 10 })).toEqual({ items: [], more: false });
    });

    it('goes with its export, and is not taken any more', async () => {
      const stores = await open();
      const [ref, other] = [await createIn(stores, 'ready', 1), await createIn(stores, 'ready', 2)];
      await stores.exports.addFeedback(ref, said(1));
      await stores.exports.addFeedback(other, said(2));
      await stores.exports.erase(ref, system);
      expect(await stores.exports.addFeedback(ref, said(3))).toBe('erased');
      const { items } = await stores.feedback.list({ accountId: 'acme', limit: 10 });
      expect(items.map(({ id }) => id)).toEqual([feedbackId(2)]);
      expect(await eventTypes(stores, ref)).toEqual(['created', 'claimed', 'ready', 'feedback', 'erased']);
    });

    it('is listed newest first, by report, after a place, and for one account', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      for (const n of [1, 2, 3]) await stores.exports.addFeedback(ref, said(n));
      const list = async (query: { reportId?: string; before?: ReturnType<typeof feedbackId>; limit?: number }) => {
        const { items, more } = await stores.feedback.list({ accountId: 'acme', limit: 10, ...query });
        return [items.map(({ id }) => id), more];
      };
      const ids = [3, 2, 1].map(feedbackId);
      expect(await list({})).toEqual([ids, false]);
      expect(await list({ limit: 2 })).toEqual([ids.slice(0, 2), true]);
      expect(await list({ limit: 3 })).toEqual([ids, false]);
      expect(await list({ before: feedbackId(3) })).toEqual([ids.slice(1), false]);
      expect(await list({ reportId: 'orders', limit: 1 })).toEqual([ids.slice(0, 1), true]);
      expect(await list({ reportId: 'guests' })).toEqual([[], false]);
      expect(await stores.feedback.list({ accountId: 'globex', limit: 10 })).toEqual({ items: [], more: false });
    });

    it('can be found by person, and removed', async () => {
      const stores = await open();
      const ref = await createIn(stores, 'ready', 1);
      for (const [n, by] of [
        [1, 'mel'],
        [2, 'ada'],
        [3, 'mel'],
      ] as const) {
        await stores.exports.addFeedback(ref, said(n, by));
      }
      const idsBy = async (by: string) => (await stores.feedback.by('acme', by)).map(({ id }) => id);
      expect(await idsBy('mel')).toEqual([feedbackId(1), feedbackId(3)]);
      for (const id of await idsBy('mel')) await stores.feedback.remove('acme', id);
      await stores.feedback.remove('acme', feedbackId(1));
      expect([await idsBy('mel'), await idsBy('ada')]).toEqual([[], [feedbackId(2)]]);
    });
  });
}
