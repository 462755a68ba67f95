import { mistakeInReceiverUrl } from '../adapters/webhooks/receiver-url.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { webhookEndpointRequest } from '../core/contract/webhook-schemas.ts';
import { createWebhook } from '../core/usecases/manage-webhooks.ts';
import { viewWebhookWithSecret } from '../core/usecases/webhook-view.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json, notKept } from './middleware/responses.ts';
import { callerStores, clock, webhookIds } from './services.ts';

const env = readEnvironment('create-webhook-endpoint');
const { webhooks, memberships } = callerStores(env);
const mistakeInUrl = (url: string) => mistakeInReceiverUrl(url, env.WEBHOOKS_ALLOW_PRIVATE);
const deps = { webhooks, ids: webhookIds, clock, mistakeInUrl };

/** POST /v1/webhook-endpoints */
export const handler = apiHandler(
  { workload: 'create-webhook-endpoint', memberships, body: webhookEndpointRequest },
  async ({ caller, body }) => {
    const endpoint = await createWebhook(deps, caller, body);
    return json(201, viewWebhookWithSecret(endpoint, clock.now()), notKept);
  },
);
