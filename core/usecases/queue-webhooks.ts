import { createHash } from 'node:crypto';
import type { ExportRecord } from '../domain/export-record.ts';
import { isSubscribed, type WebhookEndpoint } from '../domain/webhook.ts';
import type { MessageId, WebhookDelivery } from '../domain/webhook-delivery.ts';
import { exportNews, type WebhookNews } from '../domain/webhook-event.ts';
import type { WebhookStore } from '../ports/webhook-store.ts';

export interface QueueWebhooksDeps {
  readonly webhooks: Pick<WebhookStore, 'list' | 'queue'>;
}

/**
 * Takes on telling every subscribed endpoint of the account how an export has ended. Telling it twice is one delivery.
 * An account without endpoints costs one query.
 */
export async function queueWebhooks(deps: QueueWebhooksDeps, record: ExportRecord, now: number): Promise<void> {
  const deliveries = await deliveriesOf(deps, record, now);
  await Promise.all(deliveries.map((delivery) => deps.webhooks.queue(delivery)));
}

/** Everything that is sent about the ending of an export; the same ids each time. */
export async function deliveriesOf(
  { webhooks }: { readonly webhooks: Pick<WebhookStore, 'list'> },
  record: ExportRecord,
  now: number,
): Promise<readonly WebhookDelivery[]> {
  const news = exportNews(record);
  if (news === undefined) return [];
  const endpoints = await webhooks.list(record.accountId);
  return endpoints
    .filter((endpoint) => isSubscribed(endpoint, news.type))
    .map((endpoint) => deliveryOf(endpoint, news, messageIdOf(endpoint.id, record.id, news.type), now));
}

/** One event on its way to one endpoint, from now on. */
export function deliveryOf(endpoint: WebhookEndpoint, news: WebhookNews, id: MessageId, now: number): WebhookDelivery {
  const { at, type, body } = news;
  const { id: endpointId, accountId } = endpoint;
  return { id, endpointId, accountId, type, body, createdAt: at, state: 'pending', tries: [], nextTryAt: now };
}

/** 160 bits of the digest: no two events of an endpoint have the same. */
function messageIdOf(...parts: readonly string[]): MessageId {
  return `msg_${createHash('sha256').update(parts.join('\n')).digest('base64url').slice(0, 27)}`;
}
