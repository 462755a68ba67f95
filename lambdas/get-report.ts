import { readEnvironment } from '../core/contract/env.ts';
import { reportFor } from '../core/usecases/caller.ts';
import { describeReport } from '../core/usecases/describe-report.ts';
import { catalog } from '../reports/index.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores } from './services.ts';

const { memberships } = callerStores(readEnvironment('get-report'));

/** GET /v1/reports/{reportId} */
export const handler = apiHandler({ workload: 'get-report', memberships }, async ({ caller, pathParameters }) =>
  json(200, describeReport(reportFor(catalog, caller, pathParameters?.reportId ?? ''))),
);
