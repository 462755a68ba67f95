import { badBody, jsonOf, type Operation } from './operation.ts';
import type { ApiWorkload } from './routes.ts';
import {
  webhookDeliveryListView,
  webhookDeliveryView,
  webhookEndpointListView,
  webhookEndpointRequest,
  webhookEndpointView,
  webhookEndpointWithSecretView,
} from './webhook-schemas.ts';

const managing = ['permission_required', 'not_found'] as const;

/** Webhook endpoints, for owners. */
export const webhookOperations = {
  'list-webhook-endpoints': {
    summary: 'Where your account’s events are sent',
    success: { 200: jsonOf('The endpoints, oldest first', webhookEndpointListView) },
    problems: ['permission_required'],
  },
  'create-webhook-endpoint': {
    summary: 'Send events to an address of yours',
    description:
      'Requests are signed as Standard Webhooks has it. The secret to verify them with is in this answer, and in no ' +
      'other. An account has at most ten endpoints.',
    body: webhookEndpointRequest,
    success: { 201: jsonOf('Created', webhookEndpointWithSecretView) },
    problems: ['permission_required', ...badBody, 'too_many_webhook_endpoints'],
  },
  'delete-webhook-endpoint': {
    summary: 'Send no more events there',
    success: { 204: { description: 'Deleted; what was on its way is not sent any more' } },
    problems: managing,
  },
  'rotate-webhook-secret': {
    summary: 'A new secret',
    description: 'For 24 hours requests carry two signatures: one with the new secret, one with the one before.',
    success: { 200: jsonOf('The new secret, shown this once', webhookEndpointWithSecretView) },
    problems: managing,
  },
  'test-webhook-endpoint': {
    summary: 'Send an event of type webhook.test',
    description: 'It goes out within a minute. What became of it is in the list of deliveries.',
    success: { 202: jsonOf('Queued', webhookDeliveryView) },
    problems: [...managing, 'webhook_endpoint_disabled'],
  },
  'enable-webhook-endpoint': {
    summary: 'Switch an endpoint on again',
    description: 'What happened while it was off is not sent.',
    success: { 200: jsonOf('It is on', webhookEndpointView) },
    problems: managing,
  },
  'list-webhook-deliveries': {
    summary: 'What was sent to an endpoint, and what it answered',
    success: { 200: jsonOf('The newest 50 of the last 30 days', webhookDeliveryListView) },
    problems: managing,
  },
} as const satisfies Partial<Record<ApiWorkload, Operation>>;
