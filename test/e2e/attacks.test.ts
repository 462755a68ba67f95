// @module-tag hostile-requests
// @module-tag formulas

import { request as httpRequest } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import { type ApiRoute, type ApiWorkload, apiRoutes } from '../../core/contract/routes.ts';
import { findSampleUser, type SampleUser } from '../../local/sample-users.ts';
import type { StoredMail } from '../../local/ses/mailbox.ts';
import { PATIENCE } from '../support/patience.ts';
import { expectations } from './authorization/expectations.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
let token: string;
beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
  token = await cloud.issueToken(olga());
}, 600_000);
afterAll(() => cloud?.stop());

function olga(): SampleUser {
  const found = findSampleUser('olga');
  if (found === undefined) throw new Error('olga is missing');
  return found;
}

interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Sends a path as it is: fetch would tidy it up. */
async function raw(method: string, path: string, body?: object, authorization = `Bearer ${token}`): Promise<RawAnswer> {
  const { hostname, port } = new URL(cloud.origin);
  const headers = { authorization, ...(body && { 'content-type': 'application/json' }) };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path, headers, agent: false }, async (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      resolve({ status, contentType: answered['content-type'] ?? '', body: await textOf(response) });
    });
    request.on('error', reject);
    request.end(body && JSON.stringify(body));
  });
}

/** Each stands where an id should be, as it is on the wire. */
const tricks = [
  '..',
  '.',
  '%2e%2e',
  '..%2F..%2Fadmin',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '..%5c..%5cwindows',
  '..;',
  '%252e%252e%252f',
  '%00',
  'exp_%00',
  'a%0d%0aSet-Cookie:%20a=b',
  '%ff%fe',
  '%',
  '*',
  '%23ACCOUNT%23globex',
  "'%20OR%201=1--",
  '%7B%22$ne%22:null%7D',
  '__proto__',
  'constructor',
  'x'.repeat(3_000),
  `exp_${'0'.repeat(4_000)}`,
];

const routesWithIds = apiRoutes.filter(({ path }) => path.includes('{'));

describe('path tricks in ids', () => {
  test.each(routesWithIds.map((route): [string, ApiRoute] => [`${route.method} ${route.path}`, route]))(
    '%s: a clear refusal, whatever stands there',
    async (_, route) => {
      const { body } = expectations[route.workload as ApiWorkload];
      const sent = typeof body === 'function' ? body(olga()) : body;
      for (const trick of tricks) {
        const answer = await raw(
          route.method,
          route.path.replaceAll(/\{\w+\}/g, () => trick),
          sent,
        );
        const label = `${trick.slice(0, 60)}: ${answer.status} ${answer.body.slice(0, 200)}`;
        // What an issuer calls people is for it to choose: any printable ASCII is an id of a member.
        const isMember = route.path.endsWith('{userId}') && [200, 201, 204].includes(answer.status);
        expect(isMember || [400, 404, 422].includes(answer.status), label).toBe(true);
        if (answer.status >= 400) expect(answer.contentType, label).toMatch(/^application\/(problem\+)?json$/);
        // A random id may hold any two letters.
        const words = answer.body.replace(/"requestId":"[^"]*"/, '');
        expect(words, label).not.toMatch(/ at .*\.ts|DynamoDB|ValidationException|pk|passwd:|stack/);
        expect(answer.body.length, label).toBeLessThan(1_000);
      }
    },
  );

  test('have reached nobody else’s members, and left no trace in another account', async () => {
    const { body } = await cloud.call<{ data: { userId: string }[] }>('gus', 'GET', '/v1/members');
    expect(body.data.map(({ userId }) => userId)).toEqual(['usr_gus']);
  });

  test('every route with an id is tried', () => {
    expect(routesWithIds.length).toBeGreaterThan(15);
    expect(routesWithIds.map(({ workload }) => workload)).toContain('send-feedback');
  });
});

describe('oversized tokens', () => {
  test('an Authorization header of 100 kB is refused before anything reads it', async () => {
    const outcome = await raw('GET', '/v1/me', undefined, `Bearer ${'a'.repeat(100_000)}`).then(
      ({ status }) => status,
      // The connection may be gone before the answer is read, because the rest of the header never is.
      ({ code }: NodeJS.ErrnoException) => code,
    );
    expect([431, 'ECONNRESET', 'EPIPE']).toContain(outcome);
    expect((await raw('GET', '/v1/me')).status).toBe(200);
  });

  test('one that just fits is a token that is not valid', async () => {
    const answer = await raw('GET', '/v1/me', undefined, `Bearer ${'a'.repeat(8_000)}`);
    expect([answer.status, answer.body]).toEqual([401, '{"message":"Unauthorized"}']);
  });

  test.each([
    [2_000, 400, 'link_invalid'],
    [60_000, 400, 'link_invalid'],
    [100_000, 413, 'body_too_large'],
  ])('a link’s token of %i characters', async (length, status, code) => {
    const body = { token: `${'a'.repeat(length / 2)}.${'b'.repeat(length / 2)}` };
    const answer = await cloud.call<ProblemView>('ada', 'POST', '/v1/downloads', { body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(JSON.stringify(answer.body)).not.toContain('aaaa');
  });
});

const breaks = ['x\r\nBcc: eve@evil.example', 'x\nSet-Cookie: a=b', 'x\u0000y', 'x\u0085y'];

describe('header injection', () => {
  test.each(breaks)('%j is refused wherever a line of text is taken', async (line) => {
    const id = 'exp_0190a1b2-c3d4-7e5f-8a9b-000000000001';
    const member = { email: 'nia@acme.example', name: 'Nia', role: 'viewer' };
    const attempts: [string, string, object, string][] = [
      ['POST', '/v1/exports', { report: 'orders', note: line }, '/note'],
      ['POST', `/v1/exports/${id}/feedback`, { kind: 'other', text: line }, '/text'],
      ['POST', '/v1/reports/orders/access-requests', { reason: line }, '/reason'],
      ['PUT', '/v1/members/usr_nia', { ...member, name: line }, '/name'],
      ['PUT', '/v1/members/usr_nia', { ...member, email: `nia@acme.example${line}` }, '/email'],
      ['POST', '/v1/exports', { report: 'orders', notify: [`mel@acme.example${line}`] }, '/notify/0'],
    ];
    for (const [method, path, body, pointer] of attempts) {
      const answer = await cloud.call<ProblemView>('olga', method, path, { body });
      expect([path, answer.status, answer.body.errors?.map((each) => each.pointer)]).toEqual([path, 422, [pointer]]);
    }
  });

  test('what a note may hold stays text: in the mail one line, escaped in its HTML, and in no header', async () => {
    const note = 'a\u2028Bcc: eve@evil.example\u202e <img src=x onerror=alert(1)> "quoted"';
    const request = { report: 'guest-list', filters: { event: '1003' }, note };
    const { status, body } = await cloud.create('olga', request);
    expect(status).toBe(202);
    expect((await cloud.ended('olga', body.id)).status).toBe('ready');
    const mail = await vi.waitFor(async () => {
      const mails = await cloud.call<readonly StoredMail[]>('', 'GET', '/local/mail', { token: null });
      const found = mails.body.find(({ tags }) => tags.exportId === body.id);
      expect(found).toBeDefined();
      return found as StoredMail;
    }, PATIENCE);
    expect(mail.to).toBe('olga@acme.example');
    expect(mail.subject).toBe('Your Guest list export is ready');
    expect(mail.text).toContain('Note: a Bcc: eve@evil.example <img src=x onerror=alert(1)> "quoted"\n');
    expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(mail.html).not.toContain('<img');
    const file = await cloud.call('olga', 'GET', `/v1/exports/${body.id}/download`);
    const answer = await fetch(file.headers.get('location') ?? '');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="guest-list-[\w.-]+\.csv"; filename\*=UTF-8''guest-list-[\w.-]+\.csv$/,
    );
  });
});

describe('unicode in e-mail addresses', () => {
  test.each([
    'mél@acme.example',
    // A Cyrillic a: another address that looks the same.
    'mel@\u0430cme.example',
    'mel@acme.example\u202e',
    'mel\u200b@acme.example',
    'ｍｅｌ@acme.example',
    'mel@acme。example',
  ])('%j is refused with a pointer', async (address) => {
    const notified = await cloud.create<ProblemView>('ada', { report: 'transactions', notify: [address] });
    expect([notified.status, notified.body.errors?.[0]?.pointer]).toEqual([422, '/notify/0']);
    const member = { email: address, name: 'Nia', role: 'viewer' };
    const put = await cloud.call<ProblemView>('olga', 'PUT', '/v1/members/usr_nia', { body: member });
    expect([put.status, put.body.errors?.[0]?.pointer]).toEqual([422, '/email']);
  });
});

test('a guest whose name is a formula cannot make a spreadsheet run it', async () => {
  const names = [
    '=HYPERLINK("https://evil.example","open")',
    "+cmd|' /C calc'!A0",
    '@SUM(1)',
    '\t=1+1',
    '＝1+1',
    '-2+3',
  ];
  const client = new pg.Client({ connectionString: cloud.info().postgresUrl });
  await client.connect();
  const { rows } = await client.query(
    'SELECT guest_id FROM app.guests WHERE account_id = $1 AND event_id = 1003 ORDER BY guest_id LIMIT $2',
    ['acme', names.length],
  );
  for (const [index, { guest_id: id }] of rows.entries()) {
    await client.query('UPDATE app.guests SET name = $1 WHERE account_id = $2 AND guest_id = $3', [
      names[index],
      'acme',
      id,
    ]);
  }
  await client.end();

  const exported = async (request: object) => {
    const all = { report: 'guest-list', filters: { event: '1003' }, columns: ['name'], ...request };
    const { body } = await cloud.create('val', all);
    expect((await cloud.ended('val', body.id)).status).toBe('ready');
    const [, ...records] = parse(await cloud.download('val', body.id)) as string[][];
    return records.map(([name]) => name);
  };
  const safe = await exported({});
  for (const name of names) expect(safe).toContain(`'${name}`);
  expect(safe.filter((name) => /^\s*[=+\-@＝]/.test(name ?? ''))).toEqual([]);
  // Only who asks for it gets the text as it is.
  expect(await exported({ neutralizeFormulas: false })).toEqual(expect.arrayContaining(names));
});
