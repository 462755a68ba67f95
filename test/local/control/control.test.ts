import { request as httpRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { type ControlOptions, createControl } from '../../../local/control/control.ts';
import { findSampleUser } from '../../../local/sample-users.ts';
import type { StoredMail } from '../../../local/ses/mailbox.ts';
import { serve } from '../http-server.ts';

const mail: StoredMail = {
  id: '0100-1',
  from: 'reports@example.com',
  to: 'mel@acme.example',
  subject: 'Ready',
  text: 'Ready',
  html: '<p>Ready</p>',
  tags: {},
  sentAt: '2026-11-22T12:00:00.000Z',
  outcome: 'delivered',
};

interface Fixture {
  readonly origin: string;
  readonly clock: LocalClock;
  post(path: string, body: unknown): Promise<Response>;
}

async function controlOf(options: Partial<ControlOptions> = {}): Promise<Fixture> {
  const clock = new LocalClock();
  const control = createControl({
    issueToken: async (user, { expiresInSeconds }) => `token of ${user.id} for ${expiresInSeconds} s`,
    clock,
    advance: async (seconds) => clock.advance(seconds),
    setMembership: async () => ({ kind: 'done', before: undefined }),
    faults: { set: async () => {}, report: () => ({ rules: [], injected: {} }) },
    mailbox: { list: () => [], find: () => undefined },
    ops: { cloudWatch: { alarms: () => [], query: () => [] }, dashboards: [], clock },
    info: () => ({ tableName: 'waybill' }),
    ...options,
  });
  const origin = await serve(async (request, response) => {
    if (!(await control.handle(request, response))) response.writeHead(418).end();
  });
  const post = (path: string, body: unknown) =>
    fetch(origin + path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { origin, clock, post };
}

describe('operations', () => {
  test('a token', async () => {
    const { post } = await controlOf();
    const response = await post('/local/token', { user: 'ada' });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      access_token: 'token of usr_ada for 3600 s',
      token_type: 'Bearer',
      expires_in: 3600,
    });
    expect(await (await post('/local/token', { user: 'gus', expiresInSeconds: -1 })).json()).toMatchObject({
      access_token: 'token of usr_gus for -1 s',
    });
  });

  test('the clock', async () => {
    const { post, clock } = await controlOf();
    const response = await post('/local/clock', { advanceSeconds: 360 });
    expect(clock.offsetMs).toBe(360_000);
    expect(await response.json()).toEqual({ now: expect.any(String), aheadSeconds: 360 });
  });

  test('a failing advance is told', async () => {
    const { post } = await controlOf({
      advance: async () => {
        throw new Error('a lease could not be renewed');
      },
    });
    const response = await post('/local/clock', { advanceSeconds: 360 });
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('lease') });
  });

  test('faults are set with their defaults, and reported', async () => {
    const set = vi.fn(async () => {});
    const report = () => ({ rules: [], injected: { 'worker s3:PutObject error': 2 } });
    const { post, origin } = await controlOf({ faults: { set, report } });
    const response = await post('/local/faults', { seed: 7, rules: [{ kind: 'kill', rate: 0.1 }] });
    expect(await response.json()).toEqual(report());
    expect(set).toHaveBeenCalledExactlyOnceWith({
      seed: 7,
      rules: [{ kind: 'kill', rate: 0.1, skip: 0, tries: 'first' }],
    });
    expect(await (await fetch(`${origin}/local/faults`)).json()).toEqual(report());
  });

  test.for(['viewer', null])('membership %s', async (role) => {
    const setMembership = vi.fn(async () => ({ kind: 'done', before: undefined }) as const);
    const { post } = await controlOf({ setMembership });
    expect(await (await post('/local/members', { user: 'mel', role })).json()).toEqual({
      user: 'mel',
      accountId: 'acme',
      role,
    });
    expect(setMembership).toHaveBeenCalledExactlyOnceWith(findSampleUser('mel'), role);
  });

  test('the membership of the last owner stays', async () => {
    const { post } = await controlOf({ setMembership: async () => ({ kind: 'last_owner' }) });
    const response = await post('/local/members', { user: 'olga', role: null });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ detail: 'olga is the only owner of acme' });
  });

  test('mail, all of it or that to one address', async () => {
    const list = vi.fn(() => [mail]);
    const { origin } = await controlOf({ mailbox: { list, find: () => undefined } });
    expect(await (await fetch(`${origin}/local/mail`)).json()).toEqual([mail]);
    await fetch(`${origin}/local/mail?to=mel%2Bbounce@acme.example`);
    await fetch(`${origin}/local/mail?to=mel+bounce@acme.example`);
    expect(list.mock.calls).toEqual([[undefined], ['mel+bounce@acme.example'], ['mel+bounce@acme.example']]);
  });

  test('a mail as a page on which nothing runs', async () => {
    const find = (id: string) => (id === mail.id ? mail : undefined);
    const { origin } = await controlOf({ mailbox: { list: () => [], find } });
    const page = await fetch(`${origin}/local/mail/${mail.id}`);
    expect(await page.text()).toBe(mail.html);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';.* sandbox (?!.*allow-scripts)/);
    expect((await fetch(`${origin}/local/mail/other`)).status).toBe(404);
  });

  test('info', async () => {
    const { origin } = await controlOf();
    expect(await (await fetch(`${origin}/local/info`)).json()).toEqual({ tableName: 'waybill' });
  });
});

describe('problems', () => {
  test.for([
    ['/local/token', { user: 'mallory' }, '/user'],
    ['/local/token', {}, '/user'],
    ['/local/token', { user: 'ada', admin: true }, ''],
    ['/local/clock', { advanceSeconds: 0 }, '/advanceSeconds'],
    ['/local/clock', { advanceSeconds: -5 }, '/advanceSeconds'],
    ['/local/clock', { advanceSeconds: '5' }, '/advanceSeconds'],
    ['/local/faults', { rules: [{ kind: 'plague' }] }, '/rules/0/kind'],
    ['/local/faults', { rules: [{ kind: 'kill', rate: 2 }] }, '/rules/0/rate'],
    ['/local/members', { user: 'mel', role: 'king' }, '/role'],
    ['/local/members', { user: 'mel' }, '/role'],
  ] as const)('%s %j points at %s', async ([path, body, pointer]) => {
    const { post, clock } = await controlOf();
    const response = await post(path, body);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({
      title: 'Unprocessable Entity',
      status: 422,
      errors: [{ pointer, message: expect.any(String) }],
    });
    expect(clock.offsetMs).toBe(0);
  });

  test('a body that is no JSON', async () => {
    const { post } = await controlOf();
    const response = await post('/local/token', '{');
    expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  });

  test('unknown paths and methods', async () => {
    const { origin, post } = await controlOf();
    expect((await post('/local/nothing', {})).status).toBe(404);
    const wrongMethod = await fetch(`${origin}/local/token`);
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test.for(['/', '/locals', '/v1/local/token'])('%s is left to others', async (path) => {
    const { origin } = await controlOf();
    expect((await fetch(origin + path)).status).toBe(418);
  });
});

describe('pages of other sites', () => {
  test.for([
    ['are refused by their origin', { origin: 'https://evil.example' }, 403],
    ['are refused by the name that led here', { host: 'evil.example' }, 403],
    ['are refused without an origin of their own', { origin: 'null' }, 403],
    ['are no pages of this machine', { origin: 'http://localhost:5173' }, 200],
  ] as const)('%s', async ([, headers, status]) => {
    const { origin, clock } = await controlOf();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = httpRequest(`${origin}/local/clock`, { method: 'POST', headers }, resolve);
      sent.on('error', reject).end('{"advanceSeconds":60}');
    });
    expect(response.statusCode).toBe(status);
    expect(await json(response)).toBeTypeOf('object');
    expect(clock.offsetMs).toBe(status === 200 ? 60_000 : 0);
  });
});
