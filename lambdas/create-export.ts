import { exportRequest } from '../core/contract/api-schemas.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { createExport } from '../core/usecases/create-export.ts';
import { catalog } from '../reports/index.ts';
import { accepted } from './middleware/accepted.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { idempotencyKey } from './middleware/idempotency-key.ts';
import { clock, executions, ids, rollout, tableStores } from './services.ts';

const env = readEnvironment('create-export');
const { exports: store, memberships } = tableStores(env);
const deps = {
  catalog,
  store,
  executions: executions(env),
  rollout: rollout(env),
  clock,
  ids,
  activeLimit: env.USER_CAP,
};

/** POST /v1/exports */
export const handler = apiHandler(
  { workload: 'create-export', memberships, body: exportRequest },
  async ({ caller, body, headers }) => accepted(await createExport(deps, caller, body, idempotencyKey(headers)), clock),
);
