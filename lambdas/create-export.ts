import { exportRequest } from '../core/contract/api-schemas.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { createExport } from '../core/usecases/create-export.ts';
import { catalog } from '../reports/index.ts';
import { accepted } from './middleware/accepted.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { idempotencyKey } from './middleware/idempotency-key.ts';
import { clock, queueing } from './services.ts';

const { memberships, ...deps } = queueing(readEnvironment('create-export'));

/** POST /v1/exports */
export const handler = apiHandler(
  { workload: 'create-export', memberships, body: exportRequest },
  async ({ caller, body, headers }) =>
    accepted(await createExport({ ...deps, catalog }, caller, body, idempotencyKey(headers)), clock),
);
