import { readEnvironment } from '../core/contract/env.ts';
import { rotateWebhookSecret } from '../core/usecases/manage-webhooks.ts';
import { viewWebhookWithSecret } from '../core/usecases/webhook-view.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json, notKept } from './middleware/responses.ts';
import { callerStores, clock, webhookIds } from './services.ts';

const { webhooks, memberships } = callerStores(readEnvironment('rotate-webhook-secret'));
const deps = { webhooks, ids: webhookIds, clock };

/** POST /v1/webhook-endpoints/{endpointId}/rotate-secret */
export const handler = apiHandler(
  { workload: 'rotate-webhook-secret', memberships },
  async ({ caller, pathParameters }) => {
    const endpoint = await rotateWebhookSecret(deps, caller, pathParameters?.endpointId ?? '');
    return json(200, viewWebhookWithSecret(endpoint, clock.now()), notKept);
  },
);
