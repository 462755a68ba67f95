// @module-tag told-once
// @module-tag mail-events
// @module-tag sent-again
// @module-tag mail-fails-no-export

import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import type { StoredMail } from '../../local/ses/mailbox.ts';
import { PATIENCE } from '../support/patience.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
}, 600_000);
afterAll(() => cloud?.stop());

const viewOf = async (id: string) => (await cloud.call<ExportView>('ada', 'GET', `/v1/exports/${id}`)).body;
const resend = <Body = ExportView>(id: string, body: object, user = 'ada') =>
  cloud.call<Body>(user, 'POST', `/v1/exports/${id}/notifications`, { body });

/** The mails about an export, oldest first. */
async function mailsAbout(id: string): Promise<readonly StoredMail[]> {
  const { body } = await cloud.call<readonly StoredMail[]>('', 'GET', '/local/mail', { token: null });
  return body.filter(({ tags }) => tags.exportId === id).reverse();
}

/** Looks until the export's notifications are in these states. */
function told(id: string, states: Readonly<Record<string, string>>): Promise<ExportView> {
  return vi.waitFor(async () => {
    const view = await viewOf(id);
    expect(Object.fromEntries(view.notifications.map(({ email, state }) => [email, state]))).toEqual(states);
    return view;
  }, PATIENCE);
}

const moveMel = (email: string) =>
  cloud.call('olga', 'PUT', '/v1/members/usr_mel', { body: { email, name: 'Mel Moss', role: 'member' } });

test('everybody hears once that the file is there, by a link that leads to it; who does not is told again', async () => {
  await moveMel('mel+bounce@acme.example');
  const notify = ['mel+bounce@acme.example'];
  const created = await cloud.create('ada', { report: 'transactions', notify, note: 'For the board' });
  const { id } = created.body;
  const { readyAt = '' } = await cloud.ended('ada', id);
  await told(id, { 'ada@acme.example': 'delivered', 'mel+bounce@acme.example': 'bounced' });
  const mails = await mailsAbout(id);
  expect(mails.map(({ to }) => to).sort()).toEqual(['ada@acme.example', 'mel+bounce@acme.example']);
  for (const { sentAt } of mails) expect(Date.parse(sentAt)).toBeGreaterThanOrEqual(Date.parse(readyAt));

  const [{ text = '' } = {}] = mails;
  const link = new URL(/https?:\/\/\S+\/download\/\S+/.exec(text)?.[0] ?? '');
  expect(link.origin).toBe(cloud.origin);
  const token = link.pathname.replace('/download/', '');
  expect((await cloud.call('ada', 'POST', '/v1/downloads', { body: { token } })).status).toBe(201);

  const refused = await resend<ProblemView>(id, {});
  expect([refused.status, refused.body.errors]).toEqual([
    422,
    [{ pointer: '/email', message: expect.stringMatching(/^mel\+bounce@acme\.example: mail to it bounced on 20/) }],
  ]);
  await moveMel('mel@acme.example');
  expect((await resend(id, {})).status).toBe(202);
  await told(id, { 'ada@acme.example': 'delivered', 'mel@acme.example': 'delivered' });

  expect((await cloud.call('val', 'GET', `/v1/exports/${id}`)).status).toBe(404);
  expect((await resend<ProblemView>(id, { email: 'val@acme.example' })).body.errors?.[0]?.message).toContain('may not');
  expect((await resend(id, { email: 'olga@acme.example' })).status).toBe(202);
  expect((await resend(id, { email: 'olga@acme.example' })).status).toBe(202);
  await told(id, {
    'ada@acme.example': 'delivered',
    'mel@acme.example': 'delivered',
    'olga@acme.example': 'delivered',
  });
  expect((await mailsAbout(id)).map(({ to }) => to).slice(2)).toEqual(['mel@acme.example', 'olga@acme.example']);
}, 600_000);

test('a failure is told with its reason, and no mail makes an export fail', async () => {
  const down = { kind: 'error', service: 'ses', tries: 'all' } as const;
  await cloud.faults.set({ rules: [{ kind: 'error', principal: 'MeasureExport', tries: 'all' }, down] });
  const { id } = (await cloud.create('ada', { report: 'transactions' })).body;
  expect((await cloud.ended('ada', id)).status).toBe('failed');
  await told(id, { 'ada@acme.example': 'sending' });
  await cloud.faults.set({ rules: [] });
  // More than the step and the sweeper wait between tries.
  await cloud.advance(150);
  const { failure } = await told(id, { 'ada@acme.example': 'delivered' });
  const [mail, ...others] = await mailsAbout(id);
  expect(others).toEqual([]);
  expect(mail?.subject).toMatch(/failed$/);
  expect(mail?.text).toContain(failure?.message);
}, 600_000);
