import { readEnvironment } from '../core/contract/env.ts';
import { cancelExport } from '../core/usecases/cancel-export.ts';
import { viewExport } from '../core/usecases/export-view.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores, clock, endings } from './services.ts';

const env = readEnvironment('cancel-export');
const { memberships, ...stores } = callerStores(env);
const deps = endings(env, stores);

/** POST /v1/exports/{exportId}/cancel */
export const handler = apiHandler({ workload: 'cancel-export', memberships }, async ({ caller, pathParameters }) => {
  const { record, attempt } = await cancelExport(deps, caller, pathParameters?.exportId ?? '');
  return json(202, viewExport(record, { now: clock.now(), attempt }));
});
