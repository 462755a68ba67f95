import { readEnvironment } from '../core/contract/env.ts';
import { memberRequest } from '../core/contract/member-schemas.ts';
import { putMember, viewMember } from '../core/usecases/manage-members.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { logger } from './middleware/request-log.ts';
import { json } from './middleware/responses.ts';
import { callerStores } from './services.ts';

const env = readEnvironment('put-member');
const { members, memberships } = callerStores(env);
const deps = { members, source: env.MEMBERSHIPS };

/** PUT /v1/members/{userId} */
export const handler = apiHandler(
  { workload: 'put-member', memberships, body: memberRequest },
  async ({ caller, body, pathParameters }) => {
    const { before, after } = await putMember(deps, caller, pathParameters?.userId ?? '', body);
    logger.info('member changed', { by: caller.userId, member: after.userId, from: before?.role, to: after.role });
    return json(before === undefined ? 201 : 200, viewMember(after));
  },
);
