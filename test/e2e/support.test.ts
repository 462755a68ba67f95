// @module-tag feedback
// @module-tag access-requests
// @module-tag erased-persons

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { FeedbackListView, FeedbackView } from '../../core/contract/feedback-schemas.ts';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import type { AccessRequestView } from '../../core/contract/report-schemas.ts';
import type { StoredMail } from '../../local/ses/mailbox.ts';
import { PATIENCE } from '../support/patience.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
}, 600_000);
afterAll(() => cloud?.stop());

const run = promisify(execFile);

async function exported(user: string, notify: readonly string[] = []): Promise<ExportView> {
  const { body } = await cloud.create(user, { report: 'transactions', notify, note: 'for the board' });
  return cloud.ended(user, body.id);
}

/** The lines of a log that say so. */
const logged = (message: string) => cloud.output.filter((line) => line.includes(message));

test('what is wrong with an export reaches the admins, and the log only as a count', async () => {
  const { id } = await exported('mel');
  const body = { kind: 'missing_columns', text: 'Where is the secret fee?' };
  const given = await cloud.call<FeedbackView>('mel', 'POST', `/v1/exports/${id}/feedback`, { body });
  expect([given.status, given.body.by]).toEqual([201, { userId: 'usr_mel' }]);
  const { body: list } = await cloud.call<FeedbackListView>('ada', 'GET', '/v1/feedback?report=transactions');
  expect(list.data).toEqual([given.body]);
  expect(list.counts).toEqual({ missing_columns: 1, stale_filters: 0, other: 0 });
  expect((await cloud.call<FeedbackListView>('gus', 'GET', '/v1/feedback')).body.data).toEqual([]);

  const line = await vi.waitFor(() => {
    const [found] = logged('support signal');
    expect(found).toBeDefined();
    return JSON.parse((found ?? '').slice((found ?? '').indexOf('{')));
  }, PATIENCE);
  expect(line).toMatchObject({ signal: 'missing_columns', report: 'transactions' });
  expect(JSON.stringify(line)).not.toMatch(/acme|usr_mel/);
  expect(cloud.output.join('\n')).not.toContain('secret fee');
}, 600_000);

test('goes with its export, when that is deleted', async () => {
  const { id } = await exported('mel');
  const body = { kind: 'other', text: 'Never mind.' };
  expect((await cloud.call('mel', 'POST', `/v1/exports/${id}/feedback`, { body })).status).toBe(201);
  const about = async () => {
    const { body: list } = await cloud.call<FeedbackListView>('ada', 'GET', '/v1/feedback');
    return list.data.filter(({ exportId }) => exportId === id).length;
  };
  expect(await about()).toBe(1);
  expect((await cloud.call('mel', 'DELETE', `/v1/exports/${id}`)).status).toBe(204);
  expect(await about()).toBe(0);
}, 600_000);

test('who lacks a report asks its owners and admins for it, once a day', async () => {
  const ask = <Body = AccessRequestView>(user: string, report = 'orders') =>
    cloud.call<Body>(user, 'POST', `/v1/reports/${report}/access-requests`, { body: { reason: 'the board asks' } });
  const first = await ask('val');
  expect([first.status, first.body.asked]).toEqual([202, 2]);
  expect((await ask('val')).body).toEqual(first.body);
  expect((await ask<ProblemView>('ada')).body.code).toBe('already_permitted');
  expect((await ask<ProblemView>('val', 'nothing')).status).toBe(404);

  const { body: mails } = await cloud.call<readonly StoredMail[]>('', 'GET', '/local/mail', { token: null });
  const asked = mails.filter(({ tags }) => tags.purpose === 'access-request');
  expect(asked.map(({ to }) => to).sort()).toEqual(['ada@acme.example', 'olga@acme.example']);
  for (const { text } of asked) expect(text).toContain(`${cloud.origin}/members`);

  const role = (name: string) =>
    cloud.call('olga', 'PUT', '/v1/members/usr_val', {
      body: { email: 'val@acme.example', name: 'Val Vega', role: name },
    });
  await role('admin');
  expect((await ask<ProblemView>('val')).status).toBe(409);
  await role('viewer');
}, 600_000);

test('npm run erase leaves no trace of a person, and says what it did', async () => {
  const own = await exported('mel');
  const others = await exported('ada', ['mel@acme.example']);
  const erase = async (...more: string[]) => {
    const parameters = ['scripts/erase.ts', '--account', 'acme', '--user', 'usr_mel', '--local', cloud.origin, ...more];
    return (await run(process.execPath, parameters)).stdout;
  };
  const { awsEndpoint: endpoint, tableName } = cloud.info();
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = cloud.operatorEnvironment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const client = new DynamoDBClient({ endpoint, region, credentials });
  const traces = async () => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
    return Items.map((item) => JSON.stringify(item)).filter((item) => /mel@acme|Mel Meyer/.test(item)).length;
  };
  // The announcement is over when everybody was told: until then it may write an address.
  await vi.waitFor(async () => {
    const { body } = await cloud.call<ExportView>('ada', 'GET', `/v1/exports/${others.id}`);
    expect(body.notifications.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  }, PATIENCE);

  const before = await traces();
  expect(before).toBeGreaterThan(3);
  expect(await erase('--dry-run')).toContain(`would be erased, with their files: 2\n`);
  expect(await traces()).toBe(before);

  const done = await erase();
  expect(done).toContain('Membership removed.');
  expect(done).toContain(own.id);
  expect(done).toMatch(/Kept: the user id usr_mel/);
  expect(await traces()).toBe(0);
  client.destroy();

  expect((await cloud.call('mel', 'GET', '/v1/me')).status).toBe(403);
  const { body: gone } = await cloud.call<ExportView>('ada', 'GET', `/v1/exports/${own.id}`);
  expect(gone).toMatchObject({ status: 'expired', requestedBy: { userId: 'usr_mel', email: '', name: '' } });
  expect(gone.file).toBeUndefined();
  expect((await cloud.call('ada', 'GET', `/v1/exports/${others.id}/download`)).status).toBe(302);
  expect(await erase()).toContain('There is no membership.');
}, 600_000);
