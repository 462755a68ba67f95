import { readEnvironment } from '../core/contract/env.ts';
import { readWaybill } from '../core/usecases/read-waybill.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { callerStores, clock, files } from './services.ts';

const env = readEnvironment('get-waybill');
const { exports: store, memberships } = callerStores(env);
const deps = { store, files: files(env), clock };

/** GET /v1/exports/{exportId}/waybill */
export const handler = apiHandler({ workload: 'get-waybill', memberships }, async ({ caller, pathParameters }) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json', 'cache-control': 'private, no-cache' },
  body: await readWaybill(deps, caller, pathParameters?.exportId ?? ''),
}));
