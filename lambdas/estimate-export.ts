import { readEnvironment } from '../core/contract/env.ts';
import { exportRequest } from '../core/contract/export-schemas.ts';
import { estimateExport } from '../core/usecases/estimate-export.ts';
import { catalog } from '../reports/index.ts';
import { choices, source } from './database-services.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores, clock } from './services.ts';

/** Together with the look-up of what the filters name, they end before the function does. */
const TIMEOUTS = { countTimeoutMs: 4_000, statementTimeoutMs: 4_000 };

const env = readEnvironment('estimate-export');
const { memberships } = callerStores(env);
const deps = {
  catalog,
  clock,
  source: source(env, TIMEOUTS),
  choices: choices(env),
  partitionAboveRows: env.PARTITION_ABOVE_ROWS,
};

/** POST /v1/exports/estimate */
export const handler = apiHandler(
  { workload: 'estimate-export', memberships, body: exportRequest },
  async ({ caller, body }) => json(200, await estimateExport(deps, caller, body)),
);
