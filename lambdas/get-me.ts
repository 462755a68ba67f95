import { readEnvironment } from '../core/contract/env.ts';
import { describeCaller } from '../core/usecases/describe-report.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { rollout, tableStores } from './services.ts';

const env = readEnvironment('get-me');
const { memberships } = tableStores(env);
const switches = rollout(env);

/** GET /v1/me */
export const handler = apiHandler({ workload: 'get-me', memberships }, async ({ caller }) =>
  json(200, describeCaller(caller, await switches.flags())),
);
