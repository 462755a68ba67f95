import { readEnvironment } from '../core/contract/env.ts';
import { exportRequest } from '../core/contract/export-schemas.ts';
import { type CreateExportDeps, createExport } from '../core/usecases/create-export.ts';
import { catalog } from '../reports/index.ts';
import { choices } from './database-services.ts';
import { accepted } from './middleware/accepted.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { idempotencyKey } from './middleware/idempotency-key.ts';
import { logger } from './middleware/request-log.ts';
import { clock, queueing } from './services.ts';

const env = readEnvironment('create-export');
const deps: CreateExportDeps = {
  ...queueing(env),
  catalog,
  choices: choices(env),
  onUnchecked: (cause) => logger.warn('accepted without looking up what the filters name', cause),
};

/** POST /v1/exports */
export const handler = apiHandler(
  { workload: 'create-export', memberships: deps.memberships, body: exportRequest },
  async ({ caller, body, headers }) => accepted(await createExport(deps, caller, body, idempotencyKey(headers)), clock),
);
