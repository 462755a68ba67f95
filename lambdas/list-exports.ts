import { readEnvironment } from '../core/contract/env.ts';
import { listExportsQuery } from '../core/contract/export-schemas.ts';
import { listExports } from '../core/usecases/list-exports.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { parseQuery } from './middleware/parse-query.ts';
import { json } from './middleware/responses.ts';
import { callerStores, clock } from './services.ts';

const { exports: store, admissions, memberships } = callerStores(readEnvironment('list-exports'));

/** GET /v1/exports */
export const handler = apiHandler(
  { workload: 'list-exports', memberships },
  async ({ caller, queryStringParameters }) =>
    json(
      200,
      await listExports({ store, admissions, clock }, caller, parseQuery(listExportsQuery, queryStringParameters)),
    ),
);
