import { describe, expect, it } from 'vitest';
import type { ExportRecord } from '../../../core/domain/export-record.ts';
import { DAY, exportId, newExport, refOf, requester, T0 } from '../../support/exports.ts';
import { cancelled, create, createIn, eventTypes, type OpenStores, recordOf, system } from './stores-under-test.ts';

const key = { key: 'k', bodyHash: 'h1' };

export function creating(open: OpenStores): void {
  describe('create and get', () => {
    it('keeps the record as it was given', async () => {
      const { exports } = await open();
      const record = newExport(1, {
        note: 'für Q1 — "ok"',
        notify: [{ userId: 'mel', email: 'mel@acme.test' }],
        rerunOf: exportId(0),
        snapshot: {
          ...newExport(1).snapshot,
          filters: { big: 1e200, small: -1.5e-300, text: '', nested: { a: [1, 'x', false, null] } },
          partFiles: true,
          ownerId: 'ada',
          scope: { filter: 'event', value: 'e1' },
        },
      });
      expect(await exports.create(record, { activeLimit: 1 })).toEqual({ kind: 'created' });
      expect(await exports.get(refOf(record))).toEqual(record);
      expect(await exports.getWithAttempt(refOf(record))).toEqual({ record, attempt: undefined });
      expect(await exports.events(record.id)).toEqual([
        {
          version: 1,
          type: 'created',
          at: record.createdAt,
          by: 'ada',
          details: { report: 'orders', reportVersion: 3, format: 'csv' },
        },
      ]);
    });

    it('knows nothing of what was never created, and nothing across accounts', async () => {
      const { exports } = await open();
      const record = newExport(1);
      await exports.create(record, { activeLimit: 1 });
      for (const ref of [
        { accountId: 'acme', exportId: exportId(2) },
        { accountId: 'globex', exportId: record.id },
      ]) {
        expect(await exports.get(ref)).toBeUndefined();
        expect(await exports.getWithAttempt(ref)).toBeUndefined();
      }
      expect(await exports.events(exportId(2))).toEqual([]);
    });

    it('answers a repeated creation of the same export as the first', async () => {
      const stores = await open();
      const ref = await create(stores, 1);
      expect(await stores.exports.create(newExport(1), { activeLimit: 1 })).toEqual({ kind: 'created' });
      expect(await eventTypes(stores, ref)).toEqual(['created']);
    });

    it('stops a person, and only that person, at the limit of active exports until one ends', async () => {
      const stores = await open();
      const second = (record: ExportRecord) => stores.exports.create(record, { activeLimit: 2 });
      await create(stores, 1);
      await create(stores, 2);
      expect(await second(newExport(3))).toEqual({ kind: 'too_many_active', limit: 2 });
      expect(await stores.exports.get(refOf(newExport(3)))).toBeUndefined();
      expect(await second(newExport(4, { requestedBy: requester('mel') }))).toEqual({ kind: 'created' });
      expect(await second(newExport(5, { accountId: 'globex' }))).toEqual({ kind: 'created' });
      await stores.exports.end(refOf(newExport(1)), cancelled, { kind: 'not_admitted' }, system);
      expect(await second(newExport(3))).toEqual({ kind: 'created' });
    });

    it('never lets concurrent creations exceed the limit', async () => {
      const { exports } = await open();
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, n) => exports.create(newExport(n), { activeLimit: 5 })),
      );
      expect(outcomes.filter(({ kind }) => kind === 'created')).toHaveLength(5);
      expect(outcomes.filter(({ kind }) => kind === 'too_many_active')).toHaveLength(7);
    });
  });

  describe('idempotency', () => {
    it('replays the same body, refuses another, and keeps people and accounts apart', async () => {
      const { exports } = await open();
      const send = (record: ExportRecord, idempotency = key) => exports.create(record, { activeLimit: 9, idempotency });
      await send(newExport(1));
      expect(await send(newExport(2))).toEqual({ kind: 'replayed', exportId: exportId(1) });
      expect(await send(newExport(3), { ...key, bodyHash: 'h2' })).toEqual({ kind: 'conflict' });
      expect(await send(newExport(4, { requestedBy: requester('mel') }))).toEqual({ kind: 'created' });
      expect(await send(newExport(5, { accountId: 'globex' }))).toEqual({ kind: 'created' });
      expect(await exports.get(refOf(newExport(2)))).toBeUndefined();
    });

    it('tells what a used key answers, without writing', async () => {
      const { exports } = await open();
      const ada = { accountId: 'acme', userId: 'ada' };
      expect(await exports.replay(ada, key, T0)).toBeUndefined();
      await exports.create(newExport(1, { createdAt: T0 }), { activeLimit: 9, idempotency: key });
      expect(await exports.replay(ada, key, T0 + DAY - 1)).toEqual({ kind: 'replayed', exportId: exportId(1) });
      expect(await exports.replay(ada, { ...key, bodyHash: 'h2' }, T0)).toEqual({ kind: 'conflict' });
      expect(await exports.replay(ada, key, T0 + DAY)).toBeUndefined();
      expect(await exports.replay({ ...ada, userId: 'mel' }, key, T0)).toBeUndefined();
      expect(await exports.replay({ ...ada, accountId: 'globex' }, key, T0)).toBeUndefined();
    });

    it('never takes a crafted key for another person’s', async () => {
      const { exports } = await open();
      const send = (n: number, userId: string, idempotencyKey: string) =>
        exports.create(newExport(n, { requestedBy: requester(userId) }), {
          activeLimit: 9,
          idempotency: { key: idempotencyKey, bodyHash: 'h1' },
        });
      expect(await send(1, 'a', 'b#c')).toEqual({ kind: 'created' });
      expect(await send(2, 'a#b', 'c')).toEqual({ kind: 'created' });
      expect(await send(3, 'a%23b', 'c')).toEqual({ kind: 'created' });
    });

    it('replays for a person at the limit', async () => {
      const { exports } = await open();
      await exports.create(newExport(1), { activeLimit: 1, idempotency: key });
      const again = await exports.create(newExport(2), { activeLimit: 1, idempotency: key });
      expect(again).toEqual({ kind: 'replayed', exportId: exportId(1) });
    });

    it('does not replay an expired key to a person at the limit', async () => {
      const { exports } = await open();
      await exports.create(newExport(1), { activeLimit: 1, idempotency: key });
      const late = newExport(2, { createdAt: T0 + 2 * DAY });
      const again = await exports.create(late, { activeLimit: 1, idempotency: key });
      expect(again).toEqual({ kind: 'too_many_active', limit: 1 });
    });

    it('frees the key after exactly 24 hours, deleted by then or not', async () => {
      const { exports } = await open();
      const send = (n: number, createdAt: number) =>
        exports.create(newExport(n, { createdAt }), { activeLimit: 9, idempotency: key });
      await send(1, T0);
      expect(await send(2, T0 + DAY - 1)).toEqual({ kind: 'replayed', exportId: exportId(1) });
      expect(await send(3, T0 + DAY)).toEqual({ kind: 'created' });
      expect(await send(4, T0 + DAY + 1)).toEqual({ kind: 'replayed', exportId: exportId(3) });
    });

    it('creates one of many concurrent requests with one key, and replays it to the others', async () => {
      const { exports } = await open();
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, n) => exports.create(newExport(n), { activeLimit: 99, idempotency: key })),
      );
      const created = outcomes.flatMap((outcome, n) => (outcome.kind === 'created' ? [exportId(n)] : []));
      expect(created).toHaveLength(1);
      const replayed = outcomes.filter(({ kind }) => kind !== 'created');
      expect(new Set(replayed.map((outcome) => JSON.stringify(outcome)))).toEqual(
        new Set([JSON.stringify({ kind: 'replayed', exportId: created[0] })]),
      );
    });
  });

  describe('retry', () => {
    const retryOf = (n: number, fields: Partial<ExportRecord> = {}) =>
      newExport(n, { retryOf: exportId(1), ...fields });

    it('links a failed export and its retry in one step', async () => {
      const stores = await open();
      const original = await createIn(stores, 'failed', 1);
      expect(await stores.exports.create(retryOf(2), { activeLimit: 9 })).toEqual({ kind: 'created' });
      expect(await recordOf(stores, original)).toMatchObject({ status: 'failed', retriedBy: exportId(2) });
      expect((await stores.exports.events(original.exportId)).at(-1)).toMatchObject({
        type: 'retried',
        by: 'ada',
        details: { retriedBy: exportId(2) },
      });
    });

    it('may be repeated, and points at the newest', async () => {
      const stores = await open();
      const original = await createIn(stores, 'failed', 1);
      for (const n of [2, 3, 3]) {
        expect(await stores.exports.create(retryOf(n), { activeLimit: 9 })).toEqual({ kind: 'created' });
      }
      expect(await recordOf(stores, original)).toMatchObject({ retriedBy: exportId(3) });
    });

    it.each(['queued', 'running', 'ready', 'cancelled', 'expired'] as const)(
      'refuses one of a %s export',
      async (status) => {
        const stores = await open();
        await createIn(stores, status, 1);
        expect(await stores.exports.create(retryOf(2), { activeLimit: 9 })).toMatchObject({
          kind: 'retry_refused',
          original: { status },
        });
        expect(await stores.exports.get(refOf(newExport(2)))).toBeUndefined();
      },
    );

    it('refuses one of another account’s, a missing and an erased export', async () => {
      const stores = await open();
      await createIn(stores, 'failed', 1);
      const send = (fields: Partial<ExportRecord>) => stores.exports.create(retryOf(2, fields), { activeLimit: 9 });
      const unknown = { kind: 'retry_refused', original: undefined };
      expect(await send({ accountId: 'globex' })).toEqual(unknown);
      expect(await send({ retryOf: exportId(77) })).toEqual(unknown);
      await stores.exports.erase(refOf(newExport(1)), system);
      expect(await send({})).toMatchObject({ kind: 'retry_refused', original: { erasedAt: system.at } });
    });

    it('leaves the original alone when the retry is not created', async () => {
      const stores = await open();
      const original = await createIn(stores, 'failed', 1);
      await create(stores, 5);
      const outcome = await stores.exports.create(retryOf(2), { activeLimit: 1 });
      expect(outcome).toEqual({ kind: 'too_many_active', limit: 1 });
      expect(await recordOf(stores, original)).not.toHaveProperty('retriedBy');
    });
  });
}
