import { readEnvironment } from '../core/contract/env.ts';
import { deleteExport } from '../core/usecases/delete-export.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { callerStores, clock, files } from './services.ts';

const env = readEnvironment('delete-export');
const { exports: store, memberships } = callerStores(env);
const deps = { store, files: files(env), clock };

/** DELETE /v1/exports/{exportId} */
export const handler = apiHandler({ workload: 'delete-export', memberships }, async ({ caller, pathParameters }) => {
  await deleteExport(deps, caller, pathParameters?.exportId ?? '');
  return { statusCode: 204 };
});
