import { readEnvironment } from '../core/contract/env.ts';
import { retryExport } from '../core/usecases/run-again.ts';
import { catalog } from '../reports/index.ts';
import { accepted } from './middleware/accepted.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { clock, queueing } from './services.ts';

const deps = { ...queueing(readEnvironment('retry-export')), catalog };

/** POST /v1/exports/{exportId}/retry */
export const handler = apiHandler(
  { workload: 'retry-export', memberships: deps.memberships },
  async ({ caller, pathParameters }) =>
    accepted(await retryExport(deps, caller, pathParameters?.exportId ?? ''), clock),
);
