import * as z from 'zod';
import { TEST_EVENT, webhookEvents } from '../domain/webhook.ts';
import { deliveryStates } from '../domain/webhook-delivery.ts';
import { count, instant, plainLine } from './schema-fields.ts';

const events = z.array(z.enum(webhookEvents)).min(1, 'name at least one event, or leave events out');

/** POST /v1/webhook-endpoints. */
export const webhookEndpointRequest = z
  .strictObject({
    url: z.string().meta({
      description: 'Begins with https:// and leads to a public address.',
      example: 'https://example.com/hook',
    }),
    events: events
      .refine((names) => new Set(names).size === names.length, 'names an event twice')
      .default([...webhookEvents])
      .meta({ description: 'What it is told of. Default: everything.' }),
    description: plainLine.trim().min(1).max(200).optional(),
  })
  .meta({ id: 'WebhookEndpointRequest' });

export type WebhookEndpointRequest = z.output<typeof webhookEndpointRequest>;

export const webhookEndpointView = z
  .object({
    id: z.string(),
    object: z.literal('webhook_endpoint'),
    url: z.string(),
    events: z.array(z.enum(webhookEvents)),
    description: z.string().optional(),
    enabled: z.boolean(),
    disabledAt: instant.optional(),
    disabledReason: z
      .enum(['gone', 'failing'])
      .optional()
      .meta({ description: 'gone: it answered 410. failing: a day of tries without one success.' }),
    previousSecretExpiresAt: instant
      .optional()
      .meta({ description: 'Until then the secret before the last rotation signs as well.' }),
    lastSuccessAt: instant.optional(),
    createdBy: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'WebhookEndpoint' });

export type WebhookEndpointView = z.output<typeof webhookEndpointView>;

export const webhookEndpointWithSecretView = webhookEndpointView
  .extend({ secret: z.string().meta({ description: 'To verify signatures with. It is shown this once.' }) })
  .meta({ id: 'WebhookEndpointWithSecret' });

export type WebhookEndpointWithSecretView = z.output<typeof webhookEndpointWithSecretView>;

export const webhookEndpointListView = z
  .object({ data: z.array(webhookEndpointView) })
  .meta({ id: 'WebhookEndpointList' });

export type WebhookEndpointListView = z.output<typeof webhookEndpointListView>;

export const webhookDeliveryView = z
  .object({
    id: z.string().meta({ description: 'The webhook-id header of every try.' }),
    object: z.literal('webhook_delivery'),
    type: z.enum([...webhookEvents, TEST_EVENT]),
    state: z.enum(deliveryStates),
    createdAt: instant,
    nextTryAt: instant.optional(),
    tries: z.array(
      z.object({
        at: instant,
        durationMs: count,
        status: z.number().int().optional().meta({ description: 'What it answered.' }),
        reason: z.string().optional().meta({ description: 'Why there is no answer.' }),
      }),
    ),
  })
  .meta({ id: 'WebhookDelivery' });

export type WebhookDeliveryView = z.output<typeof webhookDeliveryView>;

export const webhookDeliveryListView = z
  .object({ data: z.array(webhookDeliveryView) })
  .meta({ id: 'WebhookDeliveryList' });

export type WebhookDeliveryListView = z.output<typeof webhookDeliveryListView>;
