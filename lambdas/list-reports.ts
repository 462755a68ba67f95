import { readEnvironment } from '../core/contract/env.ts';
import { visibleReports } from '../core/domain/catalog.ts';
import { describeReport } from '../core/usecases/describe-report.ts';
import { catalog } from '../reports/index.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores } from './services.ts';

const { memberships } = callerStores(readEnvironment('list-reports'));

/** GET /v1/reports */
export const handler = apiHandler({ workload: 'list-reports', memberships }, async ({ caller }) =>
  json(200, { data: visibleReports(catalog, caller).map(describeReport) }),
);
