import { downloadQuery } from '../core/contract/download-schemas.ts';
import { readEnvironment } from '../core/contract/env.ts';
import { downloadExport } from '../core/usecases/download-export.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { parseQuery } from './middleware/parse-query.ts';
import { notKept } from './middleware/responses.ts';
import { callerStores, clock, files, rollout } from './services.ts';

const env = readEnvironment('download-export');
const { exports: store, memberships } = callerStores(env);
const deps = { store, files: files(env), rollout: rollout(env), clock };

/** GET /v1/exports/{exportId}/download; redirects to a URL that lives for a minute. */
export const handler = apiHandler(
  { workload: 'download-export', memberships },
  async ({ caller, pathParameters, queryStringParameters }) => {
    const { part } = parseQuery(downloadQuery, queryStringParameters);
    const { download } = await downloadExport(deps, caller, pathParameters?.exportId ?? '', part);
    return { statusCode: 302, headers: { location: download.url, ...notKept } };
  },
);
