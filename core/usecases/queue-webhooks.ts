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
 * @returns how many endpoints are to be told
 */
export async function queueWebhooks(deps: QueueWebhooksDeps, record: ExportRecord, now: number): Promise<number> {
  const news = exportNews(record);
  if (news === undefined) return 0;
  const endpoints = await deps.webhooks.list(record.accountId);
  const subscribed = endpoints.filter((endpoint) => isSubscribed(endpoint, news.type));
  await Promise.all(
    subscribed.map((endpoint) =>
      deps.webhooks.queue(deliveryOf(endpoint, news, messageIdOf(endpoint.id, record.id, news.type), now)),
    ),
  );
  return subscribed.length;
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
