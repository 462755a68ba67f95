import { readEnvironment } from '../core/contract/env.ts';
import { accessRequestBody } from '../core/contract/report-schemas.ts';
import { requestAccess } from '../core/usecases/request-access.ts';
import { catalog } from '../reports/index.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { logger } from './middleware/request-log.ts';
import { json } from './middleware/responses.ts';
import { callerStores, clock, ids, mailer } from './services.ts';

const env = readEnvironment('request-access');
const stores = callerStores(env);
const { memberships } = stores;
const deps = { ...stores, catalog, mailer: mailer(env), clock, ids, webUrl: env.WEB_URL };

/** POST /v1/reports/{reportId}/access-requests */
export const handler = apiHandler(
  { workload: 'request-access', memberships, body: accessRequestBody },
  async ({ caller, body, pathParameters }) => {
    const request = await requestAccess(deps, caller, pathParameters?.reportId ?? '', body);
    logger.info('support signal', { signal: 'access_request', report: request.report.id });
    return json(202, request);
  },
);
