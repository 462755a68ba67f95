// @module-tag two-deliverers

import { describe, expect, it } from 'vitest';
import type { Stores } from '../../../adapters/dynamodb/stores.ts';
import {
  closeNotice,
  noteSuccess,
  noteTold,
  rotateSecret,
  switchOff,
  takeNotice,
  type WebhookEndpoint,
} from '../../../core/domain/webhook.ts';
import { abandoned, afterTry, TRY_LEASE_MS } from '../../../core/domain/webhook-delivery.ts';
import { exportId, HOUR, T0 } from '../../support/exports.ts';
import { endpointId, newDelivery, newEndpoint, secretOf } from '../../support/webhooks.ts';
import { create, type OpenStores } from './stores-under-test.ts';

const refOf = ({ accountId, id }: WebhookEndpoint) => ({ accountId, endpointId: id });

async function triesDue({ webhooks }: Stores, before: number) {
  const ids: string[] = [];
  for await (const { id } of webhooks.triesDue(before)) ids.push(id);
  return ids;
}

export function sendingWebhooks(open: OpenStores): void {
  describe('webhook endpoints', () => {
    it('are found and listed in their account, and only there', async () => {
      const stores = await open();
      const { webhooks } = stores;
      await create(stores, 1);
      const [first, second] = [newEndpoint(1), newEndpoint(2, { description: 'Warehouse', events: ['export.failed'] })];
      for (const each of [second, first, newEndpoint(3, { accountId: 'globex' })]) {
        expect(await webhooks.create(each, 10)).toBe(true);
      }
      expect(await webhooks.list('acme')).toEqual([first, second]);
      expect(await webhooks.find(refOf(second))).toEqual(second);
      expect(await webhooks.find({ accountId: 'globex', endpointId: second.id })).toBeUndefined();
      expect(await webhooks.list('nobody')).toEqual([]);
    });

    it('are limited in number, also when they are created at once, and a removed one makes room', async () => {
      const { webhooks } = await open();
      const created = await Promise.all([1, 2, 3, 4, 5].map((n) => webhooks.create(newEndpoint(n), 3)));
      expect(created.filter(Boolean)).toHaveLength(3);
      const [one, ...others] = await webhooks.list('acme');
      expect(others).toHaveLength(2);
      if (!one) throw new Error('none');
      expect(await webhooks.remove(refOf(one))).toBe(true);
      expect(await webhooks.remove(refOf(one))).toBe(false);
      expect(await webhooks.find(refOf(one))).toBeUndefined();
      expect(await webhooks.create(newEndpoint(6), 3)).toBe(true);
      expect(await webhooks.create(newEndpoint(7), 3)).toBe(false);
      expect(await webhooks.create(newEndpoint(8, { accountId: 'globex' }), 3)).toBe(true);
    });

    it('change as a rule says, whoever changes them at the same time', async () => {
      const { webhooks } = await open();
      const endpoint = newEndpoint(1);
      await webhooks.create(endpoint, 10);
      const successes = [1, 2, 3, 4].map((n) => webhooks.change(refOf(endpoint), (each) => noteSuccess(each, T0 + n)));
      const rotation = webhooks.change(refOf(endpoint), (each) => rotateSecret(each, secretOf('new'), T0));
      await Promise.all([...successes, rotation]);
      expect(await webhooks.find(refOf(endpoint))).toMatchObject({
        secret: secretOf('new'),
        previousSecret: { secret: endpoint.secret },
        lastSuccessAt: T0 + 4,
      });
    });

    it('stay as they are when a rule refuses, and are not made by one', async () => {
      const { webhooks } = await open();
      await webhooks.create(newEndpoint(1), 10);
      expect(await webhooks.change(refOf(newEndpoint(1)), () => undefined)).toBeUndefined();
      expect(await webhooks.change(refOf(newEndpoint(2)), (each) => ({ ...each, url: 'https://x.example' }))).toBe(
        undefined,
      );
      expect(await webhooks.list('acme')).toEqual([newEndpoint(1)]);
    });

    it('are due for a notice from being switched off until all owners are told', async () => {
      const { webhooks } = await open();
      const endpoint = newEndpoint(1, { accountId: 'a#b%c' });
      const ref = refOf(endpoint);
      await webhooks.create(endpoint, 10);
      await webhooks.create(newEndpoint(2), 10);
      expect(await webhooks.noticesDue(T0 + HOUR, 10)).toEqual([]);
      await webhooks.change(ref, (each) => switchOff(each, 'failing', T0));
      expect(await webhooks.noticesDue(T0 - 1, 10)).toEqual([]);
      expect(await webhooks.noticesDue(T0, 10)).toEqual([ref]);

      const takers = await Promise.all([1, 2, 3].map(() => webhooks.change(ref, (each) => takeNotice(each, T0))));
      expect(takers.filter(Boolean)).toHaveLength(1);
      expect(await webhooks.noticesDue(T0, 10)).toEqual([]);
      await webhooks.change(ref, (each) => noteTold(each, 'olga'));
      expect(await webhooks.noticesDue(T0 + HOUR, 10)).toEqual([ref]);
      await webhooks.change(ref, closeNotice);
      expect(await webhooks.noticesDue(T0 + HOUR, 10)).toEqual([]);
      expect(await webhooks.find(ref)).toMatchObject({ switchedOff: { at: T0, reason: 'failing', told: ['olga'] } });
    });
  });

  describe('webhook deliveries', () => {
    it('are taken on once, whoever says it again', async () => {
      const { webhooks } = await open();
      const delivery = newDelivery(newEndpoint(1), 1);
      await Promise.all([webhooks.queue(delivery), webhooks.queue({ ...delivery, body: '{"n":"other"}' })]);
      const claimed = await webhooks.claim(delivery, T0 + HOUR);
      await webhooks.queue(delivery);
      const [only, ...others] = await webhooks.deliveries(delivery.endpointId, 50);
      expect([only, others]).toEqual([claimed, []]);
    });

    it('are listed by endpoint, newest first', async () => {
      const { webhooks } = await open();
      for (const n of [3, 1, 12, 2]) await webhooks.queue(newDelivery(newEndpoint(1), n));
      await webhooks.queue(newDelivery(newEndpoint(2), 4));
      const listed = async (limit: number) => (await webhooks.deliveries(endpointId(1), limit)).map(({ id }) => id);
      expect(await listed(50)).toEqual(['msg_12', 'msg_3', 'msg_2', 'msg_1']);
      expect(await listed(2)).toEqual(['msg_12', 'msg_3']);
      expect(await webhooks.deliveries(endpointId(2), 50)).toEqual([newDelivery(newEndpoint(2), 4)]);
      expect(await webhooks.deliveries(endpointId(9), 50)).toEqual([]);
    });

    it('fall due, most overdue first, apart from everything else that does', async () => {
      const stores = await open();
      const { webhooks, exports } = stores;
      await create(stores, 1);
      for (const n of [30, 10, 20]) await webhooks.queue(newDelivery(newEndpoint(n), n));
      expect(await triesDue(stores, T0 + 29)).toEqual(['msg_10', 'msg_20']);
      expect(await triesDue(stores, T0 + HOUR)).toEqual(['msg_10', 'msg_20', 'msg_30']);
      expect(await exports.due('start', T0 + HOUR, 10)).toEqual([{ accountId: 'acme', exportId: exportId(1) }]);
    });

    it('are claimed by one of many, for as long as the lease lasts', async () => {
      const stores = await open();
      const { webhooks } = stores;
      const delivery = newDelivery(newEndpoint(1), 1);
      await webhooks.queue(delivery);
      expect(await webhooks.claim(delivery, T0)).toBeUndefined();
      const at = T0 + HOUR;
      const claims = await Promise.all([1, 2, 3, 4].map(() => webhooks.claim(delivery, at)));
      expect(claims.filter(Boolean)).toEqual([{ ...delivery, nextTryAt: at + TRY_LEASE_MS }]);
      expect(await triesDue(stores, at)).toEqual([]);
      expect(await webhooks.claim(delivery, at + TRY_LEASE_MS - 1)).toBeUndefined();
      expect(await webhooks.claim(delivery, at + TRY_LEASE_MS)).toBeDefined();
      expect(await webhooks.claim({ ...delivery, id: 'msg_absent' }, at)).toBeUndefined();
    });

    it('become what a try made of them', async () => {
      const stores = await open();
      const { webhooks } = stores;
      const delivery = newDelivery(newEndpoint(1), 1);
      await webhooks.queue(delivery);
      const claimed = await webhooks.claim(delivery, T0 + 1);
      if (!claimed) throw new Error('not claimed');
      const failed = afterTry(claimed, { at: T0 + 1, durationMs: 9, reason: 'no answer in time' }, 0);
      await webhooks.settle(claimed, failed);
      await webhooks.settle(claimed, failed);
      expect(await webhooks.deliveries(endpointId(1), 1)).toEqual([failed]);
      expect(await triesDue(stores, T0 + 60_000)).toEqual([]);
      expect(await triesDue(stores, T0 + 60_001)).toEqual(['msg_1']);

      const again = await webhooks.claim(delivery, T0 + HOUR);
      if (!again) throw new Error('not claimed');
      const delivered = afterTry(again, { at: T0 + HOUR, durationMs: 9, status: 204 }, 0);
      await webhooks.settle(again, delivered);
      expect(await webhooks.deliveries(endpointId(1), 1)).toEqual([delivered]);
      expect(await triesDue(stores, T0 + 10 * HOUR)).toEqual([]);
      expect(await webhooks.claim(delivery, T0 + 10 * HOUR)).toBeUndefined();
    });

    it('are not changed by whose lease is over and was taken by another', async () => {
      const { webhooks } = await open();
      const delivery = newDelivery(newEndpoint(1), 1);
      await webhooks.queue(delivery);
      const late = await webhooks.claim(delivery, T0 + 1);
      const current = await webhooks.claim(delivery, T0 + HOUR);
      if (!late || !current) throw new Error('not claimed');
      await webhooks.settle(late, abandoned(late));
      expect(await webhooks.deliveries(endpointId(1), 1)).toEqual([current]);
    });
  });
}
