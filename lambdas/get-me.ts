import { readEnvironment } from '../core/contract/env.ts';
import { describeCaller } from '../core/usecases/describe-report.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores, rollout } from './services.ts';

const env = readEnvironment('get-me');
const { memberships } = callerStores(env);
const switches = rollout(env);

/** GET /v1/me, which the report center calls at every start: what a token says of its holder is noted here. */
export const handler = apiHandler({ workload: 'get-me', memberships }, async ({ caller }) => {
  await memberships.noteCaller(caller);
  return json(200, describeCaller(caller, await switches.flags()));
});
