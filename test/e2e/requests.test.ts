// @module-tag refused-or-not-found
// @module-tag bad-tokens
// @module-tag wrong-requests
// @module-tag one-origin
// @module-tag local-service-metrics
// @module-tag local-ops-page
// @module-tag too-large
// @module-tag hidden-reports

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExportListView } from '../../core/contract/export-schemas.ts';
import type { MeView } from '../../core/contract/member-schemas.ts';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import type { ReportView } from '../../core/contract/report-schemas.ts';
import type { Dimensions } from '../../local/cloudwatch/metric.ts';
import type { OpsView } from '../../local/ops/ops-view.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 600_000);
afterAll(() => cloud?.stop());

async function exportCount(): Promise<number> {
  return (await cloud.call<ExportListView>('olga', 'GET', '/v1/exports')).body.total;
}

describe('who asks', () => {
  test('GET /v1/me tells the account, the role and the switches', async () => {
    const { status, body } = await cloud.call<MeView>('ada', 'GET', '/v1/me');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      user: { id: 'usr_ada' },
      account: { id: 'acme' },
      role: 'admin',
      rollout: { acceptExports: true, runWorkers: true, allowDownloads: true },
    });
    expect(body.permissions).toContain('exports:read-all');
  });

  test('the catalog holds what the caller may generate, and nothing else', async () => {
    const ada = await cloud.call<{ data: ReportView[] }>('ada', 'GET', '/v1/reports');
    const mel = await cloud.call<{ data: ReportView[] }>('mel', 'GET', '/v1/reports');
    expect(ada.body.data.map(({ id }) => id)).toContain('orders');
    expect(mel.body.data.map(({ id }) => id)).not.toContain('orders');
  });

  test('a member may not export orders, and learns the title to ask for', async () => {
    const created = await cloud.create('mel', { report: 'orders' });
    expect(created.status).toBe(403);
    expect(created.body).toMatchObject({ code: 'permission_required', reportTitle: 'Orders' });
    const report = await cloud.call<ProblemView>('mel', 'GET', '/v1/reports/orders');
    expect(report.status).toBe(403);
  });

  test('the activity log is hidden from a member, and its deep link says what to ask for', async () => {
    const { body: catalog } = await cloud.call<{ data: ReportView[] }>('mel', 'GET', '/v1/reports');
    expect(catalog.data.length).toBeGreaterThan(5);
    expect(catalog.data.map(({ id }) => id)).not.toContain('activity-log');
    const { status, body } = await cloud.call<ProblemView>('mel', 'GET', '/v1/reports/activity-log');
    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'permission_required', reportTitle: 'Activity log' });
    expect((await cloud.call('ada', 'GET', '/v1/reports/activity-log')).status).toBe(200);
  });

  test.each([
    ['none', null],
    ['not a token', 'garbage'],
    ['unsigned', `${btoa('{"alg":"none"}')}.${btoa('{"sub":"usr_ada","account_id":"acme"}')}.`],
  ])('without a valid token (%s): 401', async (_, token) => {
    expect((await cloud.call('ada', 'GET', '/v1/me', { token })).status).toBe(401);
  });

  test('with a token that has expired: 401', async () => {
    const user = {
      id: 'usr_ada',
      userName: 'ada',
      name: 'Ada',
      email: 'ada@acme.example',
      accountId: 'acme',
      role: 'admin',
    } as const;
    const token = await cloud.issueToken(user, { expiresInSeconds: -60 });
    expect((await cloud.call('ada', 'GET', '/v1/me', { token })).status).toBe(401);
  });

  test('with a token of another issuer or for another audience: 401', async () => {
    const user = {
      id: 'usr_ada',
      userName: 'ada',
      name: 'Ada',
      email: 'ada@acme.example',
      accountId: 'acme',
      role: 'admin',
    } as const;
    for (const wrong of [{ issuer: 'https://elsewhere.example' }, { audience: 'another-api' }]) {
      expect((await cloud.call('ada', 'GET', '/v1/me', { token: await cloud.issueToken(user, wrong) })).status).toBe(
        401,
      );
    }
  });

  test('with a valid token but no membership: 403, and nothing else', async () => {
    const stranger = {
      id: 'usr_eve',
      userName: 'eve',
      name: 'Eve',
      email: 'eve@acme.example',
      accountId: 'acme',
      role: 'owner',
    } as const;
    const { status, body } = await cloud.call<ProblemView>('ada', 'GET', '/v1/exports', {
      token: await cloud.issueToken(stranger),
    });
    expect(status).toBe(403);
    expect(body.code).toBe('permission_required');
  });
});

describe('what is wrong with a request is told with a pointer, and nothing is written', () => {
  const orders = { report: 'orders', format: 'csv', filters: {} };

  test.each([
    ['an unknown report', { ...orders, report: 'nothing' }, 404, undefined],
    ['an unknown filter', { ...orders, filters: { colour: 'red' } }, 422, '/filters/colour'],
    ['a filter of the wrong kind', { ...orders, filters: { placedFrom: 'yesterday' } }, 422, '/filters/placedFrom'],
    ['a date that does not exist', { ...orders, filters: { placedFrom: '2025-02-30' } }, 422, '/filters/placedFrom'],
    ['an unknown column', { ...orders, columns: ['orderId', 'shoeSize'] }, 422, '/columns/1'],
    ['a column named twice', { ...orders, columns: ['orderId', 'orderId'] }, 422, '/columns/1'],
    ['no columns', { ...orders, columns: [] }, 422, '/columns'],
    ['a format the report does not offer', { ...orders, format: 'pdf' }, 422, '/format'],
    [
      'a compression of what is compressed already',
      { ...orders, format: 'xlsx', compression: 'gzip' },
      422,
      '/compression',
    ],
    ['a format nobody offers', { ...orders, format: 'doc' }, 422, '/format'],
    ['an unknown member', { ...orders, shape: 'round' }, 422, '/shape'],
    ['an unknown time zone', { ...orders, timeZone: 'Mars/Olympus' }, 422, '/timeZone'],
    ['a note with a line break', { ...orders, note: 'a\r\nb' }, 422, '/note'],
    ['an inherited member as a column', { ...orders, columns: ['constructor'] }, 422, '/columns/0'],
  ])('%s', async (_, request, status, pointer) => {
    const before = await exportCount();
    const answer = await cloud.create<ProblemView>('ada', request);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body.requestId).toBeTruthy();
    if (pointer !== undefined) expect(answer.body.errors?.map((each) => each.pointer)).toContain(pointer);
    expect(await exportCount()).toBe(before);
  });

  test.each([
    ['no JSON', '{"report":', 400, 'malformed_body'],
    ['a body over the limit', JSON.stringify({ ...orders, note: 'x'.repeat(100_000) }), 413, 'body_too_large'],
    ['a body of 5 MB', JSON.stringify({ ...orders, note: 'x'.repeat(5_000_000) }), 413, 'body_too_large'],
  ])('%s', async (_, rawBody, status, code) => {
    const before = await exportCount();
    const answer = await cloud.call<ProblemView>('ada', 'POST', '/v1/exports', { rawBody });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code, errors: [{ pointer: '' }] });
    expect(await exportCount()).toBe(before);
  });

  test('a body of 10 MB is refused by the gateway before any function runs', async () => {
    const before = await exportCount();
    const rawBody = JSON.stringify({ ...orders, note: 'x'.repeat(10_000_000) });
    expect((await cloud.call('ada', 'POST', '/v1/exports', { rawBody })).status).toBe(413);
    expect(await exportCount()).toBe(before);
  });

  test('a body that is not declared as JSON', async () => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await cloud.call<ProblemView>('ada', 'POST', '/v1/exports', { rawBody: '{}', headers });
    expect(answer.status).toBe(415);
  });

  test('an unknown query parameter, and a limit beyond the range', async () => {
    const unknown = await cloud.call<ProblemView>('ada', 'GET', '/v1/exports?colour=red');
    expect(unknown.body.errors).toEqual([{ pointer: '/colour', message: 'is not known here' }]);
    const limit = await cloud.call<ProblemView>('ada', 'GET', '/v1/exports?limit=0');
    expect(limit.body.errors?.[0]?.pointer).toBe('/limit');
  });

  test('an unknown route, and an unknown export', async () => {
    const route = await cloud.call<ProblemView>('ada', 'GET', '/v1/nowhere');
    expect([route.status, route.body.code]).toEqual([404, 'not_found']);
    const missing = await cloud.call<ProblemView>('ada', 'GET', '/v1/exports/exp_0190a1b2-c3d4-7e5f-8a9b-000000000001');
    expect([missing.status, missing.body.code]).toEqual([404, 'not_found']);
  });
});

test('a PDF of more rows than it may have fails before it is begun, and says how many it may have', async () => {
  const request = { report: 'email-deliverability', format: 'pdf', filters: { event: '1002' } };
  const { body } = await cloud.create('val', request);
  const ended = await cloud.ended('val', body.id);
  expect(ended).toMatchObject({ status: 'failed', attempt: 0, failure: { code: 'too_large', narrowerFilters: true } });
  expect(ended.failure?.message).toMatch(/5,000 rows for PDF.*narrower date range/);
});

describe('the description', () => {
  test('OpenAPI and the reference page need no token', async () => {
    const openapi = await cloud.call<{ openapi: string; paths: object }>('ada', 'GET', '/v1/openapi.json', {
      token: null,
    });
    expect(openapi.body.openapi).toBe('3.1.0');
    expect(Object.keys(openapi.body.paths)).toContain('/v1/exports/{exportId}/download');
    const page = await cloud.call<string>('ada', 'GET', '/v1/docs', { token: null });
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.body).toContain('POST');
  });
});

describe('the report center', () => {
  const pages = ['/', '/exports/exp_1', '/events/1003/reports', '/download/eyJhIjoiYiJ9.c2ln', '/signed-in?code=a'];

  test.each(pages)('%s: the page, under a policy that lets only its own files run', async (path) => {
    const answer = await fetch(`${cloud.origin}${path}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
    expect(policy).toContain(`connect-src 'self' ${cloud.origin};`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('knows its deployment, and everything its page names is there and kept for a year', async () => {
    const config = await fetch(`${cloud.origin}/config.json`);
    expect(await config.json()).toEqual({
      issuer: `${cloud.origin}/oidc`,
      clientId: 'waybill-web',
      scope: 'openid email profile offline_access',
    });
    const page = await (await fetch(cloud.origin)).text();
    const named = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].flatMap(([, path]) => path ?? []);
    expect(named.length).toBeGreaterThan(1);
    for (const path of named) {
      const file = await fetch(`${cloud.origin}${path}`);
      const type = path.endsWith('.js') ? 'text/javascript' : 'text/css';
      expect([path, file.status, file.headers.get('content-type')]).toEqual([path, 200, type]);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    }
  });

  test('a file it does not have is not found, and what the build tells of itself is not deployed', async () => {
    for (const path of ['/assets/gone.js', '/robots.txt']) {
      const { status, headers } = await fetch(`${cloud.origin}${path}`);
      expect([path, status, headers.get('cache-control')]).toEqual([path, 404, null]);
    }
    expect((await fetch(`${cloud.origin}/.vite/manifest.json`)).headers.get('content-type')).toBe('text/html');
  });

  test('below /v1/ the API answers for itself: no page stands in for its 404', async () => {
    const { status, headers } = await cloud.call('ada', 'GET', '/v1/nothing');
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  test('answers of the API and of the gateway before it have the headers that browsers heed', async () => {
    for (const path of ['/v1/openapi.json', '/v1/me']) {
      const { status, headers } = await fetch(`${cloud.origin}${path}`);
      const heeded = ['strict-transport-security', 'x-content-type-options'].map((name) => headers.get(name));
      expect([status, ...heeded]).toEqual([
        path === '/v1/me' ? 401 : 200,
        'max-age=31536000; includeSubDomains',
        'nosniff',
      ]);
    }
  });
});

describe('what is measured of all this', () => {
  /** The sum over the last three hours; undefined when nothing was measured. */
  function sumOf(namespace: string, name: string, dimensions: Dimensions): number | undefined {
    const endMs = Math.ceil(cloud.clock.now() / 60_000) * 60_000;
    const source = { metric: { namespace, name, dimensions }, statistic: ({ sum }: { sum: number }) => sum };
    const query = { id: 'm1', label: name, source: { ...source, periodSeconds: 10_800 }, returnData: true };
    const [result] = cloud.cloudWatch.query([query], { startMs: endMs - 10_800_000, endMs });
    return result?.points.values().next().value;
  }

  test('the API, its functions and the executions, as AWS measures them', async () => {
    const ApiId = cloud.plan.httpApis[0]?.id ?? '';
    for (const dimensions of [{ ApiId }, { ApiId, Stage: '$default' }]) {
      const ofApi = (name: string) => sumOf('AWS/ApiGateway', name, dimensions);
      expect(ofApi('Count')).toBeGreaterThan(20);
      expect(ofApi('4xx')).toBeGreaterThan(10);
      expect(ofApi('5xx')).toBe(0);
      expect(ofApi('Latency')).toBeGreaterThan(ofApi('IntegrationLatency') ?? Number.POSITIVE_INFINITY);
    }
    const create = cloud.plan.functions.find(({ logicalId }) => logicalId.includes('CreateExport'));
    const ofCreate = (name: string) => sumOf('AWS/Lambda', name, { FunctionName: create?.name ?? '' });
    expect(ofCreate('Invocations')).toBeGreaterThan(10);
    expect([ofCreate('Errors'), ofCreate('Throttles')]).toEqual([0, 0]);
    expect(ofCreate('Duration')).toBeGreaterThan(1);
    expect(ofCreate('ConcurrentExecutions')).toBeGreaterThan(0);
    const ofMachine = (name: string) =>
      sumOf('AWS/States', name, { StateMachineArn: cloud.plan.stateMachines[0]?.arn ?? '' });
    expect(ofMachine('ExecutionsStarted')).toBe(1);
  });

  test('a table that throttles', async () => {
    const TableName = cloud.plan.tables[0]?.name ?? '';
    const throttles = () => sumOf('AWS/DynamoDB', 'ReadThrottleEvents', { TableName });
    expect(throttles()).toBeUndefined();
    await cloud.faults.set({ rules: [{ kind: 'throttle', service: 'dynamodb', operation: 'GetItem', limit: 1 }] });
    expect((await cloud.call('ada', 'GET', '/v1/me')).status).toBe(200);
    await cloud.faults.set({ rules: [] });
    expect(throttles()).toBe(1);
    expect(sumOf('AWS/DynamoDB', 'ThrottledRequests', { TableName, Operation: 'GetItem' })).toBe(1);
  });

  test('/local/ops shows every alarm and dashboard of the template, and needs nothing from elsewhere', async () => {
    const answer = await fetch(`${cloud.origin}/local/ops`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await answer.text()).not.toMatch(/<(?:link|img)|<script src/);
    const view = (await (await fetch(`${cloud.origin}/local/ops.json`)).json()) as OpsView;
    expect(view.alarms.map(({ name }) => name).sort()).toEqual(cloud.plan.alarms.map(({ name }) => name).sort());
    expect(view.dashboards.map(({ name }) => name)).toEqual(cloud.plan.dashboards.map(({ name }) => name));
  });
});
