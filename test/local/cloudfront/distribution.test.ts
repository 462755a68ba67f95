// @module-tag one-origin

import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { createDistribution } from '../../../local/cloudfront/distribution.ts';
import { Bucket } from '../../../local/s3/bucket.ts';
import { storeObject } from '../../../local/s3/store-object.ts';
import type { BehaviorPlan, DistributionPlan } from '../../../local/template/plan/distributions.ts';
import { serve } from '../http-server.ts';
import { temporaryDirectory } from '../temp-dir.ts';

const REWRITE = `function handler(event) {
  if (event.request.uri.indexOf('.') === -1) event.request.uri = '/index.html';
  return event.request;
}`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A distribution over a bucket with a page and a script, and an API below /v1/ that says what it was asked. */
async function distributionOf(
  site: Partial<BehaviorPlan> = {},
  aheadSeconds = 0,
  ofApi: BehaviorPlan['responseHeaders'] = [],
) {
  const clock = new LocalClock();
  if (aheadSeconds > 0) clock.advance(aheadSeconds);
  const bucket = new Bucket(
    { name: 'site', arn: 'arn:aws:s3:::site', lifecycleRules: [] },
    join(await temporaryDirectory(), 'site'),
  );
  const store = (key: string, headers: Record<string, string>, content: string) =>
    storeObject(bucket, key, headers, Buffer.from(content), clock.now());
  await store('index.html', { 'content-type': 'text/html', 'cache-control': 'no-cache' }, '<h1>Reports</h1>');
  await store('assets/a b.js', { 'content-type': 'text/javascript', 'x-own': 'origin' }, 'run()');
  const plan: DistributionPlan = {
    logicalId: 'Site',
    defaultRootObject: 'index.html',
    behaviors: [
      { pathPattern: '/v1/*', methods: ['GET', 'POST'], origin: { kind: 'api', apiId: 'api' }, responseHeaders: ofApi },
      {
        pathPattern: '*',
        methods: ['GET', 'HEAD'],
        origin: { kind: 'bucket', bucketName: 'site', allowedActions: ['s3:GetObject', 's3:ListBucket'] },
        responseHeaders: [],
        ...site,
      },
    ],
  };
  const listener = createDistribution({
    plan,
    buckets: () => bucket,
    apis: new Map([
      [
        'api',
        async (request, response) => {
          response.writeHead(404, { 'content-type': 'application/problem+json' });
          response.end(`${request.method} ${request.url} ${request.headers.authorization}`);
          return true;
        },
      ],
    ]),
    clock,
  });
  const origin = new URL(await serve((request, response) => void listener(request, response)));
  /** Sends a path as it is: fetch would tidy it up. */
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<Answer>((resolve, reject) => {
      const { hostname, port } = origin;
      const request = httpRequest({ hostname, port, path, method, headers, agent: false }, async (response) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: await text(response) });
      });
      request.on('error', reject).end();
    });
  return { get, clock };
}

describe('which origin answers', () => {
  test.each(['/v1/me?a=b', '/v1/', '/v1/exports/..', '/site/../v1/me', '//v1//me', '/v1/%2e%2e/v1/x'])(
    '%s: the API, asked with the path as it came',
    async (path) => {
      const { get } = await distributionOf();
      const { status, body } = await get(path, { authorization: 'Bearer t' });
      expect([status, body]).toEqual([404, `GET ${path} Bearer t`]);
    },
  );

  test.each(['/', '/v1', '/v1/..', '/v10/me', '/api/v1/me'])('%s: the site', async (path) => {
    const { get } = await distributionOf({ viewerRequestCode: REWRITE });
    expect(await get(path)).toMatchObject({ status: 200, body: '<h1>Reports</h1>' });
  });

  test('a method that the behavior does not name is refused', async () => {
    const { get } = await distributionOf();
    expect((await get('/', {}, 'POST')).status).toBe(403);
    expect((await get('/v1/me', {}, 'DELETE')).status).toBe(403);
  });
});

describe('an answer of the API', () => {
  test('gets the headers it lacks, and keeps its own', async () => {
    const added = (name: string, value: string) => ({ name, value, override: false });
    const { get } = await distributionOf({}, 0, [
      added('strict-transport-security', 'max-age=1'),
      added('content-type', 'text/plain'),
    ]);
    expect((await get('/v1/me')).headers).toMatchObject({
      'strict-transport-security': 'max-age=1',
      'content-type': 'application/problem+json',
    });
  });
});

describe('a file of the site', () => {
  test('comes with what it was stored with, and its date is that of the local clock', async () => {
    const { get, clock } = await distributionOf({}, 86_400);
    const { status, headers, body } = await get('/');
    expect([status, body]).toEqual([200, '<h1>Reports</h1>']);
    expect(headers).toMatchObject({ 'content-type': 'text/html', 'cache-control': 'no-cache', 'content-length': '16' });
    expect(Math.abs(Date.parse(headers.date ?? '') - clock.now())).toBeLessThan(60_000);
  });

  test('is found by its decoded path', async () => {
    const { get } = await distributionOf();
    expect((await get('/assets/a%20b.js')).body).toBe('run()');
  });

  test('is not sent again to who has it, nor its bytes to who asks for its headers', async () => {
    const { get } = await distributionOf();
    const { headers } = await get('/');
    expect(await get('/', { 'if-none-match': headers.etag ?? '' })).toMatchObject({ status: 304, body: '' });
    expect(await get('/', { 'if-none-match': '"another"' })).toMatchObject({ status: 200 });
    expect(await get('/', {}, 'HEAD')).toMatchObject({ status: 200, body: '', headers: { 'content-length': '16' } });
  });

  test.each(['/assets/gone.js', '/assets/%', '/assets/..%2findex.html'])('%s is none: 404', async (path) => {
    const { get } = await distributionOf();
    const { status, headers, body } = await get(path);
    expect([status, headers['content-type']]).toEqual([404, 'application/xml']);
    expect(body).toContain('<Code>NoSuchKey</Code>');
    expect(headers['cache-control']).toBeUndefined();
  });

  test('is what the bucket’s policy lets the distribution read', async () => {
    const origin = (...allowedActions: string[]) => ({ kind: 'bucket' as const, bucketName: 'site', allowedActions });
    const unlisted = await distributionOf({ origin: origin('s3:GetObject') });
    expect((await unlisted.get('/')).status).toBe(200);
    expect((await unlisted.get('/assets/gone.js')).status).toBe(403);
    const locked = await distributionOf({ origin: origin() });
    expect((await locked.get('/')).status).toBe(403);
  });
});

describe('headers of the distribution', () => {
  const responseHeaders = [
    { name: 'x-own', value: 'distribution', override: false },
    { name: 'content-type', value: 'text/plain', override: true },
    { name: 'x-more', value: 'more', override: false },
  ];

  test('are added to all answers of the behavior, 404 too, and replace the origin’s where they say so', async () => {
    const { get } = await distributionOf({ responseHeaders });
    const added = { 'x-own': 'origin', 'content-type': 'text/plain', 'x-more': 'more' };
    expect((await get('/assets/a%20b.js')).headers).toMatchObject(added);
    expect((await get('/gone')).headers).toMatchObject({ ...added, 'x-own': 'distribution' });
    expect((await get('/v1/me')).headers).not.toHaveProperty('x-more');
  });
});

describe('a function before the request', () => {
  const goingTo = (page: string) =>
    distributionOf({
      viewerRequestCode: `var seen = 0;
        function handler(event) {
          seen += 1;
          return { uri: ${page} ? '/index.html' : '/gone' };
        }`,
    });

  test('changes the path by what it sees, and keeps nothing from one request to the next', async () => {
    const { get } = await goingTo(`seen === 1 && event.request.method === 'GET' && event.request.uri === '/a/b'`);
    for (let n = 0; n < 2; n += 1) expect((await get('/a/b?c=d')).status).toBe(200);
    expect((await get('/a')).status).toBe(404);
  });

  test('can reach nothing of this machine', async () => {
    const { get } = await goingTo(`typeof process === 'undefined' && typeof require === 'undefined'`);
    expect((await get('/')).status).toBe(200);
  });
});
