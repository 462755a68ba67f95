import { readEnvironment } from '../core/contract/env.ts';
import { deleteWebhook } from '../core/usecases/manage-webhooks.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { callerStores } from './services.ts';

const { webhooks, memberships } = callerStores(readEnvironment('delete-webhook-endpoint'));

/** DELETE /v1/webhook-endpoints/{endpointId} */
export const handler = apiHandler(
  { workload: 'delete-webhook-endpoint', memberships },
  async ({ caller, pathParameters }) => {
    await deleteWebhook({ webhooks }, caller, pathParameters?.endpointId ?? '');
    return { statusCode: 204 };
  },
);
