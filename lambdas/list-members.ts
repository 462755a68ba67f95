import { readEnvironment } from '../core/contract/env.ts';
import { listMembers } from '../core/usecases/manage-members.ts';
import { apiHandler } from './middleware/api-handler.ts';
import { json } from './middleware/responses.ts';
import { callerStores } from './services.ts';

const { members, memberships } = callerStores(readEnvironment('list-members'));

/** GET /v1/members */
export const handler = apiHandler({ workload: 'list-members', memberships }, async ({ caller }) =>
  json(200, { data: await listMembers({ members }, caller) }),
);
