// @module-tag first-owner
// @module-tag verify-counts

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createStores } from '../../adapters/dynamodb/stores.ts';
import { createTable, startDynamo, type TestDynamo, testClient } from '../support/dynoxide.ts';

const TABLE = 'waybill-members';
let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
  await createTable(testClient(dynamo.endpoint), TABLE);
});
afterAll(() => dynamo.stop());

/** Olga as an owner of acme, but for what is given. */
async function putMember(change: Record<string, string> = {}) {
  const olga = { account: 'acme', user: 'a%b#c', email: 'olga@acme.example', name: 'Olga Owens', role: 'owner' };
  const options = Object.entries({ ...olga, table: TABLE, ...change }).flatMap(([name, value]) => [`--${name}`, value]);
  const env = {
    ...process.env,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
  };
  const command = promisify(execFile)(process.execPath, ['scripts/put-member.ts', ...options], { env });
  const { stdout, stderr } = await command.catch((error: { stdout: string; stderr: string }) => error);
  return { stdout, stderr, code: command.child.exitCode };
}

test('writes the first owner of an account, as the API then reads it; the last owner stays one', async () => {
  expect(await putMember()).toEqual({ stdout: 'a%b#c in acme: no member -> owner\n', stderr: '', code: 0 });
  const { memberships } = createStores({ client: testClient(dynamo.endpoint), tableName: TABLE });
  const olga = { accountId: 'acme', userId: 'a%b#c', email: 'olga@acme.example', name: 'Olga Owens', role: 'owner' };
  expect(await memberships.find('acme', 'a%b#c')).toEqual(olga);

  expect(await putMember({ role: 'viewer' })).toMatchObject({ stdout: '', code: 3 });
  expect(await memberships.find('acme', 'a%b#c')).toEqual(olga);
});

test('writes nothing that the API would not take', async () => {
  const { stderr, code } = await putMember({ account: 'globex', email: 'olga', role: 'boss' });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^--email: must be an e-mail address.*\n--role: .*\nUsage:/);
  const { memberships } = createStores({ client: testClient(dynamo.endpoint), tableName: TABLE });
  expect(await memberships.list('globex')).toEqual([]);
});
