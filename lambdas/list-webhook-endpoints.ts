import { readEnvironment } from '../core/contract/env.ts';
import { listWebhooks } from '../core/usecases/manage-webhooks.ts';
import { viewWebhook } from '../core/usecases/webhook-view.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores, clock } from './services.ts';

const { webhooks, memberships } = callerStores(readEnvironment('list-webhook-endpoints'));

/** GET /v1/webhook-endpoints */
export const handler = apiHandler({ workload: 'list-webhook-endpoints', memberships }, async ({ caller }) => {
  const endpoints = await listWebhooks({ webhooks }, caller);
  return json(200, { data: endpoints.map((endpoint) => viewWebhook(endpoint, clock.now())) });
});
