import { readEnvironment } from '../core/contract/env.ts';
import { enableWebhook } from '../core/usecases/manage-webhooks.ts';
import { viewWebhook } from '../core/usecases/webhook-view.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores, clock } from './services.ts';

const { webhooks, memberships } = callerStores(readEnvironment('enable-webhook-endpoint'));

/** POST /v1/webhook-endpoints/{endpointId}/enable */
export const handler = apiHandler(
  { workload: 'enable-webhook-endpoint', memberships },
  async ({ caller, pathParameters }) => {
    const endpoint = await enableWebhook({ webhooks, clock }, caller, pathParameters?.endpointId ?? '');
    return json(200, viewWebhook(endpoint, clock.now()));
  },
);
