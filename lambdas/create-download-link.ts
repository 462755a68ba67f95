import { downloadQuery } from '../core/contract/download-schemas.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { downloadExport } from '../core/usecases/download-export.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { parseQuery } from './middleware/parse-query.ts';
import { json, notKept } from './middleware/responses.ts';
import { callerStores, clock, files, rollout } from './services.ts';

const env = readEnvironment('create-download-link');
const { exports: store, memberships } = callerStores(env);
const deps = { store, files: files(env), rollout: rollout(env), clock };

/** POST /v1/exports/{exportId}/download-links */
export const handler = apiHandler(
  { workload: 'create-download-link', memberships },
  async ({ caller, pathParameters, queryStringParameters }) => {
    const { part } = parseQuery(downloadQuery, queryStringParameters);
    const { download } = await downloadExport(deps, caller, pathParameters?.exportId ?? '', part);
    return json(201, download, notKept);
  },
);
