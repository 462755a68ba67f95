import { readEnvironment } from '../core/contract/env.ts';
import { deleteMember } from '../core/usecases/manage-members.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { logger } from './middleware/request-log.ts';
import { callerStores } from './services.ts';

const env = readEnvironment('delete-member');
const { members, memberships } = callerStores(env);
const deps = { members, source: env.MEMBERSHIPS };

/** DELETE /v1/members/{userId} */
export const handler = apiHandler({ workload: 'delete-member', memberships }, async ({ caller, pathParameters }) => {
  const before = await deleteMember(deps, caller, pathParameters?.userId ?? '');
  if (before) logger.info('member removed', { by: caller.userId, member: before.userId, from: before.role });
  return { statusCode: 204 };
});
