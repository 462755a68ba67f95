import { readEnvironment } from '../core/contract/env.ts';
import { testWebhook } from '../core/usecases/manage-webhooks.ts';
import { viewDelivery } from '../core/usecases/webhook-view.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores, clock, webhookIds } from './services.ts';

const { webhooks, memberships } = callerStores(readEnvironment('test-webhook-endpoint'));
const deps = { webhooks, ids: webhookIds, clock };

/** POST /v1/webhook-endpoints/{endpointId}/test */
export const handler = apiHandler(
  { workload: 'test-webhook-endpoint', memberships },
  async ({ caller, pathParameters }) =>
    json(202, viewDelivery(await testWebhook(deps, caller, pathParameters?.endpointId ?? ''))),
);
