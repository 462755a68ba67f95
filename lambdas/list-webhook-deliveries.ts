import { readEnvironment } from '../core/contract/env.ts';
import { listWebhookDeliveries } from '../core/usecases/manage-webhooks.ts';
import { viewDelivery } from '../core/usecases/webhook-view.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores } from './services.ts';

const { webhooks, memberships } = callerStores(readEnvironment('list-webhook-deliveries'));

/** GET /v1/webhook-endpoints/{endpointId}/deliveries */
export const handler = apiHandler(
  { workload: 'list-webhook-deliveries', memberships },
  async ({ caller, pathParameters }) => {
    const deliveries = await listWebhookDeliveries({ webhooks }, caller, pathParameters?.endpointId ?? '');
    return json(200, { data: deliveries.map(viewDelivery) });
  },
);
