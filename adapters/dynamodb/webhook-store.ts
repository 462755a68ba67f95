import { tableIndexes } from '../../core/contract/table.ts';
import type { WebhookEndpoint, WebhookEndpointRef } from '../../core/domain/webhook.ts';
import { TRY_LEASE_MS } from '../../core/domain/webhook-delivery.ts';
import type { WebhookStore } from '../../core/ports/webhook-store.ts';
import { absent, allOf, type Condition, condition, revisionIs, setHasRoom } from './conditions.ts';
import { differences } from './export-items.ts';
import { callFailureOf, settle, tryWrite } from './failures.ts';
import { deliveriesOf, deliveryRefOf, type Key, keys, webhookDue, webhookRefOf, webhooksOf } from './keys.ts';
import { inPartition, type Selection, type Table } from './table.ts';
import {
  deliveryItem,
  deliveryOf,
  dueAttributes,
  endpointAttributes,
  endpointOf,
  revisionOf,
} from './webhook-items.ts';

const present = condition('attribute_exists(pk)');

/** Webhook endpoints and deliveries in DynamoDB. */
export function createWebhookStore(table: Table): WebhookStore {
  return {
    create: (endpoint, limit) => createEndpoint(table, endpoint, limit),

    async find(ref) {
      const item = await table.get(keys.webhook(ref));
      return item && endpointOf(item);
    },

    async list(accountId) {
      const { pk, prefix } = webhooksOf(accountId);
      const range = { expression: 'begins_with(sk, :sk)', sk: prefix };
      return (await table.queryAll({ condition: inPartition(pk, range) })).map(endpointOf);
    },

    change: (ref, rule) => changeEndpoint(table, ref, rule),
    remove: (ref) => removeEndpoint(table, ref),

    async noticesDue(before, limit) {
      const rows = await table.queryAll({ ...dueSelection(webhookDue.notice, before), limit });
      return rows.map((row) => webhookRefOf(row as unknown as Key));
    },

    queue: (delivery) =>
      settle('queue', async () => {
        const result = await tryWrite(() => table.transact([table.put(deliveryItem(delivery), absent)]));
        return result === 'applied' || result === 'condition' ? { value: undefined } : undefined;
      }),

    async deliveries(endpointId, limit) {
      const { pk, prefix } = deliveriesOf(endpointId);
      const range = { expression: 'begins_with(sk, :sk)', sk: prefix };
      return (await table.queryAll({ condition: inPartition(pk, range), forward: false, limit })).map(deliveryOf);
    },

    async *triesDue(before) {
      for await (const row of table.query(dueSelection(webhookDue.try, before))) {
        yield deliveryRefOf(row as unknown as Key);
      }
    },

    async claim(ref, now) {
      try {
        const set = dueAttributes(now + TRY_LEASE_MS);
        return deliveryOf(await table.update(keys.delivery(ref), { set }, triedBy(now)));
      } catch (error) {
        if (callFailureOf(error) === 'fatal') throw error;
        // Also when the reply was lost: if it was applied, the try is due again when the lease is over.
        return undefined;
      }
    },

    settle: (claimed, { state, tries, nextTryAt }) =>
      settle('settle', async () => {
        const set = { state, tries, ...dueAttributes(nextTryAt) };
        const stillOurs = condition('nextTryAt = :leaseEnd', {}, { ':leaseEnd': claimed.nextTryAt });
        const result = await tryWrite(() => table.update(keys.delivery(claimed), { set }, stillOurs));
        return result === 'applied' || result === 'condition' ? { value: undefined } : undefined;
      }),
  };
}

/** Ids are unique, so an endpoint that is there already is this very call's, whose reply was lost. */
function createEndpoint(table: Table, endpoint: WebhookEndpoint, limit: number): Promise<boolean> {
  const { accountId, id } = endpoint;
  const key = keys.webhook({ accountId, endpointId: id });
  const items = [
    table.put({ ...key, ...endpointAttributes(endpoint), revision: 1 }, absent),
    table.change(keys.webhookIds(accountId), { add: { ids: new Set([id]) } }, setHasRoom('ids', limit)),
  ];
  return settle('createWebhook', async () => {
    const result = await tryWrite(() => table.transact(items));
    if (result === 'applied') return { value: true };
    if (result === 'contention') return undefined;
    if ((await table.get(key)) !== undefined) return { value: true };
    return result === 'condition' ? { value: false } : undefined;
  });
}

function removeEndpoint(table: Table, ref: WebhookEndpointRef): Promise<boolean> {
  const items = [
    table.remove(keys.webhook(ref), present),
    table.change(keys.webhookIds(ref.accountId), { delete: { ids: new Set([ref.endpointId]) } }),
  ];
  let unsure = false;
  return settle('removeWebhook', async () => {
    const result = await tryWrite(() => table.transact(items));
    if (result === 'applied') return { value: true };
    if (result === 'unknown') unsure = true;
    // After a lost reply it may be our own write that has removed it.
    return result === 'condition' ? { value: unsure } : undefined;
  });
}

/** Rules change nothing the second time, so that one whose reply was lost may be asked again. */
function changeEndpoint(table: Table, ref: WebhookEndpointRef, rule: Parameters<WebhookStore['change']>[1]) {
  const key = keys.webhook(ref);
  return settle('changeWebhook', async () => {
    const item = await table.get(key);
    const before = item && endpointOf(item);
    const after = before && rule(before);
    if (item === undefined || before === undefined || after === undefined || after === before) return { value: after };
    const revision = revisionOf(item);
    const set = {
      ...differences(endpointAttributes(before), endpointAttributes(after)),
      revision: revision + 1,
    };
    const result = await tryWrite(() => table.update(key, { set }, revisionIs(revision)));
    return result === 'applied' ? { value: after } : undefined;
  });
}

/** A try is due. */
function triedBy(now: number): Condition {
  const pending = condition('#state = :pending', { '#state': 'state' }, { ':pending': 'pending' });
  return allOf(pending, condition('nextTryAt <= :now', {}, { ':now': now }));
}

function dueSelection(kind: string, before: number): Selection {
  const selected = condition('duePk = :kind AND dueSk <= :before', {}, { ':kind': kind, ':before': before });
  return { index: tableIndexes.due.name, condition: selected };
}
