import type { WebhookEndpointRequest } from '../contract/webhook-schemas.ts';
import { ProblemError } from '../domain/errors.ts';
import { holds } from '../domain/permissions.ts';
import {
  isWebhookEndpointId,
  MAX_WEBHOOK_ENDPOINTS,
  rotateSecret,
  switchOn,
  type WebhookEndpoint,
  type WebhookEndpointRef,
} from '../domain/webhook.ts';
import type { WebhookDelivery } from '../domain/webhook-delivery.ts';
import { testNews } from '../domain/webhook-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { WebhookIds } from '../ports/webhook-ids.ts';
import type { WebhookStore } from '../ports/webhook-store.ts';
import type { Caller } from './caller.ts';
import { deliveryOf } from './queue-webhooks.ts';

/** How many deliveries are shown. */
const SHOWN_DELIVERIES = 50;

export interface ManageWebhooksDeps {
  readonly webhooks: WebhookStore;
  readonly ids: WebhookIds;
  readonly clock: Clock;
  /** What keeps a URL from being called, in words for who gave it. */
  readonly mistakeInUrl: (url: string) => string | undefined;
}

type With<Name extends keyof ManageWebhooksDeps> = Pick<ManageWebhooksDeps, Name>;

/**
 * The endpoints of the caller's account, oldest first.
 * @throws ProblemError permission_required, as from all of these
 */
export async function listWebhooks(
  { webhooks }: With<'webhooks'>,
  caller: Caller,
): Promise<readonly WebhookEndpoint[]> {
  requireManager(caller);
  return webhooks.list(caller.accountId);
}

/** @throws ProblemError permission_required | validation_failed | too_many_webhook_endpoints */
export async function createWebhook(
  { webhooks, ids, clock, mistakeInUrl }: ManageWebhooksDeps,
  caller: Caller,
  { url, events, description }: WebhookEndpointRequest,
): Promise<WebhookEndpoint> {
  requireManager(caller);
  const mistake = mistakeInUrl(url);
  if (mistake !== undefined) {
    throw new ProblemError('validation_failed', 'Correct the parts named in errors and send the request again.', {
      issues: [{ pointer: '/url', message: mistake }],
    });
  }
  const now = clock.now();
  const endpoint: WebhookEndpoint = {
    id: ids.endpointId(),
    accountId: caller.accountId,
    url,
    events,
    ...(description !== undefined && { description }),
    secret: ids.secret(),
    createdBy: caller.userId,
    createdAt: now,
    enabledAt: now,
  };
  if (await webhooks.create(endpoint, MAX_WEBHOOK_ENDPOINTS)) return endpoint;
  throw new ProblemError(
    'too_many_webhook_endpoints',
    `${caller.accountId} has ${MAX_WEBHOOK_ENDPOINTS} webhook endpoints already. Delete one that is not needed.`,
  );
}

/** @throws ProblemError permission_required | not_found */
export async function deleteWebhook({ webhooks }: With<'webhooks'>, caller: Caller, id: string): Promise<void> {
  if (!(await webhooks.remove(refFor(caller, id)))) throw notFound(id);
}

/**
 * Gives an endpoint a new secret.
 * @throws ProblemError permission_required | not_found
 */
export async function rotateWebhookSecret(
  { webhooks, ids, clock }: With<'webhooks' | 'ids' | 'clock'>,
  caller: Caller,
  id: string,
): Promise<WebhookEndpoint> {
  const secret = ids.secret();
  const now = clock.now();
  return found(id, await webhooks.change(refFor(caller, id), (endpoint) => rotateSecret(endpoint, secret, now)));
}

/** @throws ProblemError permission_required | not_found */
export async function enableWebhook(
  { webhooks, clock }: With<'webhooks' | 'clock'>,
  caller: Caller,
  id: string,
): Promise<WebhookEndpoint> {
  const now = clock.now();
  return found(id, await webhooks.change(refFor(caller, id), (endpoint) => switchOn(endpoint, now)));
}

/**
 * Takes on sending a test to an endpoint.
 * @throws ProblemError permission_required | not_found | webhook_endpoint_disabled
 */
export async function testWebhook(
  { webhooks, ids, clock }: With<'webhooks' | 'ids' | 'clock'>,
  caller: Caller,
  id: string,
): Promise<WebhookDelivery> {
  const endpoint = found(id, await webhooks.find(refFor(caller, id)));
  if (endpoint.switchedOff !== undefined) {
    throw new ProblemError(
      'webhook_endpoint_disabled',
      `Nothing is sent to this endpoint: it was switched off. POST /v1/webhook-endpoints/${id}/enable switches it on.`,
    );
  }
  const now = clock.now();
  const delivery = deliveryOf(endpoint, testNews(endpoint.id, now), ids.messageId(), now);
  await webhooks.queue(delivery);
  return delivery;
}

/**
 * What was sent to an endpoint lately, newest first.
 * @throws ProblemError permission_required | not_found
 */
export async function listWebhookDeliveries(
  { webhooks }: With<'webhooks'>,
  caller: Caller,
  id: string,
): Promise<readonly WebhookDelivery[]> {
  const endpoint = found(id, await webhooks.find(refFor(caller, id)));
  return webhooks.deliveries(endpoint.id, SHOWN_DELIVERIES);
}

/** Where the caller's own account would have it: another account's is absent for them. */
function refFor(caller: Caller, id: string): WebhookEndpointRef {
  requireManager(caller);
  if (!isWebhookEndpointId(id)) throw notFound(id);
  return { accountId: caller.accountId, endpointId: id };
}

function requireManager(caller: Caller): void {
  if (holds(caller, 'webhooks:manage')) return;
  throw new ProblemError(
    'permission_required',
    `The webhooks of ${caller.accountId} are for its owners to see and to change. Ask one of them.`,
  );
}

function found(id: string, endpoint: WebhookEndpoint | undefined): WebhookEndpoint {
  if (endpoint === undefined) throw notFound(id);
  return endpoint;
}

function notFound(id: string): ProblemError {
  // Longer than an id can be, it is not repeated.
  const named = id.length <= 64 ? `"${id}"` : 'with this id';
  return new ProblemError(
    'not_found',
    `There is no webhook endpoint ${named}. GET /v1/webhook-endpoints lists those of your account.`,
  );
}
