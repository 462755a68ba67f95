import { readEnvironment } from '../core/contract/env.ts';
import { rerunExport } from '../core/usecases/run-again.ts';
import { catalog } from '../reports/index.ts';
import { accepted } from './middleware/accepted.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { clock, queueing } from './services.ts';

const deps = { ...queueing(readEnvironment('rerun-export')), catalog };

/** POST /v1/exports/{exportId}/rerun */
export const handler = apiHandler(
  { workload: 'rerun-export', memberships: deps.memberships },
  async ({ caller, pathParameters }) =>
    accepted(await rerunExport(deps, caller, pathParameters?.exportId ?? ''), clock),
);
