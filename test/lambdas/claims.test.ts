// @module-tag memberships-from-claims

import { SSMClient } from '@aws-sdk/client-ssm';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTable, startDynamo, type TestDynamo, testClient } from '../support/dynoxide.ts';

const flags = { acceptExports: true, runWorkers: true, allowDownloads: true };
mockClient(SSMClient).resolves({ Parameter: { Value: JSON.stringify(flags) } });

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());
afterEach(() => vi.unstubAllEnvs());

let handlers: Awaited<ReturnType<typeof loadHandlers>>;
beforeEach(async () => {
  handlers = await loadHandlers();
});

/** The handlers as they start where memberships come from claims, on a new table. */
async function loadHandlers() {
  const tableName = `waybill-${crypto.randomUUID()}`;
  await createTable(testClient(dynamo.endpoint), tableName);
  const environment = {
    STAGE: 'test',
    TABLE_NAME: tableName,
    MEMBERSHIPS: 'claims',
    FLAGS_PARAMETER: '/flags',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.resetModules();
  const getMe = await import('../../lambdas/get-me.ts');
  const listMembers = await import('../../lambdas/list-members.ts');
  const putMember = await import('../../lambdas/put-member.ts');
  return { getMe: getMe.handler, listMembers: listMembers.handler, putMember: putMember.handler };
}

type Handler = (event: APIGatewayProxyEventV2WithJWTAuthorizer, context: Context) => Promise<unknown>;

async function call(name: keyof typeof handlers, claims: object, request: object = {}) {
  const event = {
    headers: { 'content-type': 'application/json' },
    requestContext: { requestId: 'request-1', authorizer: { jwt: { claims, scopes: null } } },
    ...request,
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
  const answer = await (handlers[name] as unknown as Handler)(event, {} as Context);
  const { statusCode, body } = answer as { statusCode: number; body: string };
  return { status: statusCode, body: JSON.parse(body) };
}

const ada = { sub: 'usr_ada', account_id: 'acme', email: 'ada@acme.test', name: 'Ada', waybill_role: 'viewer' };
const olga = { sub: 'usr_olga', account_id: 'acme', email: 'olga@acme.test', name: 'Olga', waybill_role: 'owner' };

describe('where memberships come from claims', () => {
  test('a token makes a member, and the first look at the report center makes them known', async () => {
    expect((await call('listMembers', olga)).body.data).toEqual([]);
    expect(await call('getMe', ada)).toMatchObject({ status: 200, body: { user: { id: 'usr_ada' }, role: 'viewer' } });
    await call('getMe', olga);
    await call('getMe', { ...ada, waybill_role: 'member' });
    expect((await call('listMembers', olga)).body.data).toEqual([
      { userId: 'usr_ada', email: 'ada@acme.test', name: 'Ada', role: 'member' },
      { userId: 'usr_olga', email: 'olga@acme.test', name: 'Olga', role: 'owner' },
    ]);
  });

  test('a token without a role makes nobody a member, also of those who were', async () => {
    await call('getMe', olga);
    const { waybill_role: _, ...former } = olga;
    for (const name of ['getMe', 'listMembers'] as const) {
      expect(await call(name, former)).toMatchObject({ status: 403, body: { code: 'permission_required' } });
    }
  });

  test('an owner is told that members are changed elsewhere', async () => {
    const body = JSON.stringify({ email: 'nia@acme.test', name: 'Nia', role: 'viewer' });
    const answer = await call('putMember', olga, { body, pathParameters: { userId: 'usr_nia' } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'members_managed_elsewhere' } });
  });
});
