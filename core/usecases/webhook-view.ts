import type {
  WebhookDeliveryView,
  WebhookEndpointView,
  WebhookEndpointWithSecretView,
} from '../contract/webhook-schemas.ts';
import type { WebhookEndpoint } from '../domain/webhook.ts';
import type { WebhookDelivery } from '../domain/webhook-delivery.ts';

/** An endpoint as the API shows it, without its secrets. */
export function viewWebhook(endpoint: WebhookEndpoint, now: number): WebhookEndpointView {
  const { id, url, events, description, switchedOff, previousSecret, lastSuccessAt, createdBy, createdAt } = endpoint;
  return {
    id,
    object: 'webhook_endpoint',
    url,
    events: [...events],
    ...(description !== undefined && { description }),
    enabled: switchedOff === undefined,
    ...(switchedOff && { disabledAt: iso(switchedOff.at), disabledReason: switchedOff.reason }),
    ...(previousSecret && now < previousSecret.until && { previousSecretExpiresAt: iso(previousSecret.until) }),
    ...(lastSuccessAt !== undefined && { lastSuccessAt: iso(lastSuccessAt) }),
    createdBy,
    createdAt: iso(createdAt),
  };
}

/** The same with its secret, for the two answers that show it. */
export function viewWebhookWithSecret(endpoint: WebhookEndpoint, now: number): WebhookEndpointWithSecretView {
  return { ...viewWebhook(endpoint, now), secret: endpoint.secret };
}

export function viewDelivery({ id, type, state, createdAt, nextTryAt, tries }: WebhookDelivery): WebhookDeliveryView {
  return {
    id,
    object: 'webhook_delivery',
    type,
    state,
    createdAt: iso(createdAt),
    ...(nextTryAt !== undefined && { nextTryAt: iso(nextTryAt) }),
    tries: tries.map((made) => ({ ...made, at: iso(made.at) })),
  };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
