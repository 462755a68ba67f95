import { readEnvironment } from '../core/contract/env.ts';
import { listChoicesQuery } from '../core/contract/report-schemas.ts';
import { listChoices } from '../core/usecases/list-choices.ts';
import { catalog } from '../reports/index.ts';
import { choices } from './database-services.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { parseQuery } from './middleware/parse-query.ts';
import { json } from './middleware/responses.ts';
import { callerStores } from './services.ts';

const env = readEnvironment('list-choices');
const { memberships } = callerStores(env);
const deps = { catalog, choices: choices(env) };

/** GET /v1/reports/{reportId}/filters/{filter}/choices */
export const handler = apiHandler(
  { workload: 'list-choices', memberships },
  async ({ caller, pathParameters, queryStringParameters }) => {
    const { reportId = '', filter = '' } = pathParameters ?? {};
    const query = parseQuery(listChoicesQuery, queryStringParameters);
    return json(200, await listChoices(deps, caller, { reportId, filter }, query));
  },
);
