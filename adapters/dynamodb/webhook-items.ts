import * as z from 'zod';
import { TEST_EVENT, type WebhookEndpoint, webhookEvents } from '../../core/domain/webhook.ts';
import { deliveryStates, type WebhookDelivery } from '../../core/domain/webhook-delivery.ts';
import { keys, webhookDue } from './keys.ts';
import type { Item } from './table.ts';

/** How long deliveries are kept, in seconds: 30 days. */
const DELIVERY_LIFETIME_SECONDS = 30 * 24 * 60 * 60;

const text = z.string();
const time = z.number().int().nonnegative();

const endpointSchema = z.object({
  id: z.templateLiteral(['whe_', text]),
  accountId: text,
  url: text,
  events: z.array(z.enum(webhookEvents)),
  description: z.exactOptional(text),
  secret: text,
  previousSecret: z.exactOptional(z.object({ secret: text, until: time })),
  createdBy: text,
  createdAt: time,
  enabledAt: time,
  switchedOff: z.exactOptional(
    z.object({ at: time, reason: z.enum(['gone', 'failing']), told: z.array(text), tellAt: z.exactOptional(time) }),
  ),
  lastSuccessAt: z.exactOptional(time),
});

const deliverySchema = z.object({
  id: z.templateLiteral(['msg_', text]),
  endpointId: endpointSchema.shape.id,
  accountId: text,
  type: z.enum([...webhookEvents, TEST_EVENT]),
  body: text,
  createdAt: time,
  state: z.enum(deliveryStates),
  tries: z.array(
    z.object({
      at: time,
      durationMs: time,
      status: z.exactOptional(z.number()),
      reason: z.exactOptional(text),
    }),
  ),
  nextTryAt: z.exactOptional(time),
});

const revisionSchema = z.object({ revision: z.number() });

/** The attributes of an endpoint's item, without its key; undefined ones are absent. */
export function endpointAttributes(endpoint: WebhookEndpoint): Item {
  const tellAt = endpoint.switchedOff?.tellAt;
  return { ...endpoint, duePk: tellAt === undefined ? undefined : webhookDue.notice, dueSk: tellAt };
}

/** @throws ZodError when the item is not an endpoint's */
export function endpointOf(item: Item): WebhookEndpoint {
  return endpointSchema.parse(item);
}

/** How often an endpoint's item was changed. */
export function revisionOf(item: Item): number {
  return revisionSchema.parse(item).revision;
}

export function deliveryItem(delivery: WebhookDelivery): Item {
  const ttl = Math.ceil(delivery.createdAt / 1000) + DELIVERY_LIFETIME_SECONDS;
  return { ...keys.delivery(delivery), ...delivery, ...dueAttributes(delivery.nextTryAt), ttl };
}

/** What puts a delivery into the index of due work, or takes it out of there. */
export function dueAttributes(nextTryAt: number | undefined): Item {
  return { nextTryAt, duePk: nextTryAt === undefined ? undefined : webhookDue.try, dueSk: nextTryAt };
}

/** @throws ZodError when the item is not a delivery's */
export function deliveryOf(item: Item): WebhookDelivery {
  return deliverySchema.parse(item);
}
