import type { WebhookEndpoint, WebhookEndpointRef } from '../../core/domain/webhook.ts';
import { TRY_LEASE_MS, type WebhookDelivery, type WebhookDeliveryRef } from '../../core/domain/webhook-delivery.ts';
import type { WebhookStore } from '../../core/ports/webhook-store.ts';

/** Webhook endpoints and deliveries in memory. */
export function createMemoryWebhooks(): WebhookStore {
  const endpoints = new Map<string, WebhookEndpoint>();
  const deliveries = new Map<string, WebhookDelivery>();
  const keyOf = ({ accountId, endpointId }: WebhookEndpointRef) => JSON.stringify([accountId, endpointId]);
  const keyOfDelivery = ({ endpointId, createdAt, id }: WebhookDeliveryRef) =>
    JSON.stringify([endpointId, createdAt, id]);
  const refOf = ({ accountId, id }: WebhookEndpoint): WebhookEndpointRef => ({ accountId, endpointId: id });
  const listOf = (accountId: string) =>
    [...endpoints.values()]
      .filter((endpoint) => endpoint.accountId === accountId)
      .sort((a, b) => (a.id < b.id ? -1 : 1));

  return {
    async create(endpoint, limit) {
      if (listOf(endpoint.accountId).length >= limit) return false;
      endpoints.set(keyOf(refOf(endpoint)), endpoint);
      return true;
    },
    find: async (ref) => endpoints.get(keyOf(ref)),
    list: async (accountId) => listOf(accountId),
    async change(ref, rule) {
      const before = endpoints.get(keyOf(ref));
      const after = before && rule(before);
      if (after) endpoints.set(keyOf(ref), after);
      return after;
    },
    remove: async (ref) => endpoints.delete(keyOf(ref)),
    async noticesDue(before, limit) {
      return [...endpoints.values()]
        .flatMap((endpoint) => {
          const at = endpoint.switchedOff?.tellAt;
          return at !== undefined && at <= before ? [{ endpoint, at }] : [];
        })
        .sort((a, b) => a.at - b.at)
        .slice(0, limit)
        .map(({ endpoint }) => refOf(endpoint));
    },
    async queue(delivery) {
      const key = keyOfDelivery(delivery);
      if (!deliveries.has(key)) deliveries.set(key, delivery);
    },
    async deliveries(endpointId, limit) {
      return [...deliveries.values()]
        .filter((delivery) => delivery.endpointId === endpointId)
        .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1))
        .slice(0, limit);
    },
    async *triesDue(before) {
      yield* [...deliveries.values()]
        .filter(({ nextTryAt }) => nextTryAt !== undefined && nextTryAt <= before)
        .sort((a, b) => (a.nextTryAt ?? 0) - (b.nextTryAt ?? 0))
        .map(({ endpointId, createdAt, id }) => ({ endpointId, createdAt, id }));
    },
    async claim(ref, now) {
      const delivery = deliveries.get(keyOfDelivery(ref));
      if (delivery?.nextTryAt === undefined || delivery.nextTryAt > now) return undefined;
      const claimed = { ...delivery, nextTryAt: now + TRY_LEASE_MS };
      deliveries.set(keyOfDelivery(ref), claimed);
      return claimed;
    },
    async settle(claimed, after) {
      const key = keyOfDelivery(claimed);
      if (deliveries.get(key)?.nextTryAt === claimed.nextTryAt) deliveries.set(key, after);
    },
  };
}
