// @module-tag demoted-members
// @module-tag recipients

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { MemberListView, MemberView } from '../../core/contract/member-schemas.ts';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import { PATIENCE } from '../support/patience.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
}, 600_000);
afterAll(() => cloud?.stop());

function put<Body = MemberView>(by: string, userId: string, body: object) {
  return cloud.call<Body>(by, 'PUT', `/v1/members/${encodeURIComponent(userId)}`, { body });
}

describe('the members of an account', () => {
  test('are managed by its owners over HTTP, whatever their issuer’s user ids look like', async () => {
    const nia = { email: 'nia@acme.example', name: 'Nia North', role: 'viewer' };
    expect((await put('olga', 'auth0|nia/1', nia)).status).toBe(201);
    const changed = await put('olga', 'auth0|nia/1', { ...nia, role: 'member' });
    expect(changed).toMatchObject({ status: 200, body: { userId: 'auth0|nia/1', ...nia, role: 'member' } });

    const { body } = await cloud.call<MemberListView>('olga', 'GET', '/v1/members');
    expect(body.data.map(({ userId }) => userId)).toEqual(['auth0|nia/1', 'usr_ada', 'usr_mel', 'usr_olga', 'usr_val']);

    const path = `/v1/members/${encodeURIComponent('auth0|nia/1')}`;
    expect((await cloud.call('olga', 'DELETE', path)).status).toBe(204);
    const after = await cloud.call<MemberListView>('olga', 'GET', '/v1/members');
    expect(after.body.data).toHaveLength(4);
  });

  test('are nobody else’s business', async () => {
    for (const user of ['val', 'ada']) {
      const { status, body } = await cloud.call<ProblemView>(user, 'GET', '/v1/members');
      expect([status, body.code]).toEqual([403, 'permission_required']);
    }
  });

  test('include an owner, whom nobody takes away', async () => {
    const olga = { email: 'olga@acme.example', name: 'Olga Owens', role: 'viewer' };
    const demoted = await put<ProblemView>('olga', 'usr_olga', olga);
    expect([demoted.status, demoted.body.code]).toEqual([409, 'last_owner']);
    const removed = await cloud.call<ProblemView>('olga', 'DELETE', '/v1/members/usr_olga');
    expect([removed.status, removed.body.code]).toEqual([409, 'last_owner']);
  });

  test('may have two owners, of whom each may go', async () => {
    const zoe = { email: 'zoe@acme.example', name: 'Zoe Zane', role: 'owner' };
    expect((await put('olga', 'usr_zoe', zoe)).status).toBe(201);
    expect((await put('olga', 'usr_zoe', { ...zoe, role: 'viewer' })).body).toMatchObject({ role: 'viewer' });
    expect((await put('olga', 'usr_zoe', zoe)).body).toMatchObject({ role: 'owner' });
    expect((await cloud.call('olga', 'DELETE', '/v1/members/usr_zoe')).status).toBe(204);
  });

  test('are logged when they change, without names and addresses', async () => {
    const max = { email: 'max.secret@acme.example', name: 'Max Secret', role: 'viewer' };
    await put('olga', 'usr_max', max);
    await cloud.call('olga', 'DELETE', '/v1/members/usr_max');
    const logged = (message: string) =>
      vi.waitFor(() => {
        const line = cloud.output.find((each) => each.includes(message) && each.includes('usr_max'));
        return JSON.parse(line?.slice(line.indexOf('{')) ?? '');
      }, PATIENCE);
    expect(await logged('member changed')).toMatchObject({ by: 'usr_olga', member: 'usr_max', to: 'viewer' });
    expect(await logged('member removed')).toMatchObject({ by: 'usr_olga', member: 'usr_max', from: 'viewer' });
    expect(cloud.output.join('\n')).not.toMatch(/secret/i);
  });
});

describe('the recipients of an export', () => {
  test('who are no members are refused, with a pointer', async () => {
    const notify = ['mel@acme.example', 'gus@globex.example'];
    const { status, body } = await cloud.create<ProblemView>('ada', { report: 'transactions', notify });
    expect([status, body.code]).toEqual([422, 'validation_failed']);
    expect(body.errors).toEqual([
      { pointer: '/notify/1', message: expect.stringContaining('not the address of a member') },
    ]);
  });

  test('may read it', async () => {
    const { status, body } = await cloud.create('ada', { report: 'transactions', notify: ['Mel@acme.example'] });
    expect(status).toBe(202);
    expect((await cloud.call<ExportView>('mel', 'GET', `/v1/exports/${body.id}`)).status).toBe(200);
    await cloud.ended('ada', body.id);
    const again = await cloud.call<ExportView>('ada', 'POST', `/v1/exports/${body.id}/rerun`);
    expect([again.status, again.body.notify]).toEqual([202, ['mel@acme.example']]);
    expect((await cloud.call('val', 'GET', `/v1/exports/${body.id}`)).status).toBe(404);
  });
});

test('a downgraded member is refused at once, with the token they had', async () => {
  const created = await cloud.create('ada', { report: 'orders' });
  expect(created.status).toBe(202);
  const ada = { email: 'ada@acme.example', name: 'Ada Adams' };
  await put('olga', 'usr_ada', { ...ada, role: 'viewer' });
  expect((await cloud.create<ProblemView>('ada', { report: 'orders' })).body.code).toBe('permission_required');
  const read = await cloud.call<ProblemView>('ada', 'GET', `/v1/exports/${created.body.id}`);
  expect([read.status, read.body.code]).toEqual([403, 'permission_revoked']);
  await put('olga', 'usr_ada', { ...ada, role: 'admin' });
  expect((await cloud.call('ada', 'GET', `/v1/exports/${created.body.id}`)).status).toBe(200);
});
