import type { WebhookEndpoint, WebhookEndpointId } from '../../core/domain/webhook.ts';
import { webhookEvents } from '../../core/domain/webhook.ts';
import type { WebhookDelivery } from '../../core/domain/webhook-delivery.ts';
import { T0 } from './exports.ts';

/** The n-th endpoint id; later ones sort after earlier ones. */
export function endpointId(n: number): WebhookEndpointId {
  return `whe_019cb000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** A secret as the standard has it. */
export function secretOf(name: string): string {
  return `whsec_${Buffer.from(name.padEnd(32, '.')).toString('base64')}`;
}

/** An endpoint of acme's, on since T0. */
export function newEndpoint(n: number, fields: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
  return {
    id: endpointId(n),
    accountId: 'acme',
    url: `https://receiver-${n}.example/hook`,
    events: webhookEvents,
    secret: secretOf(`secret ${n}`),
    createdBy: 'olga',
    createdAt: T0,
    enabledAt: T0,
    ...fields,
  };
}

/** The n-th delivery to an endpoint of acme's, due at once. */
export function newDelivery(
  endpoint: WebhookEndpoint,
  n: number,
  fields: Partial<WebhookDelivery> = {},
): WebhookDelivery {
  return {
    id: `msg_${n}`,
    endpointId: endpoint.id,
    accountId: endpoint.accountId,
    type: 'export.ready',
    body: `{"n":${n}}`,
    createdAt: T0 + n,
    state: 'pending',
    tries: [],
    nextTryAt: T0 + n,
    ...fields,
  };
}
