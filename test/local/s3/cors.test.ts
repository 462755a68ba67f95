// @module-tag files-across-origins

import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CorsRule } from '../../../local/s3/cors.ts';
import { BUCKET, type LocalS3, startLocalS3 } from './local-s3.ts';

const PAGE = 'https://app.example';
const VARY = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method';

const rule: CorsRule = {
  allowedOrigins: [PAGE, 'https://*.apps.example'],
  allowedMethods: ['GET', 'HEAD'],
  allowedHeaders: ['range', 'x-amz-meta-*'],
  exposedHeaders: ['ETag', 'Content-Range'],
  maxAgeSeconds: 600,
};

let open: LocalS3;
let closed: LocalS3;
beforeAll(async () => {
  [open, closed] = [await startLocalS3({ corsRules: [rule] }), await startLocalS3()];
  for (const { client } of [open, closed]) {
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a file.csv', Body: 'a,b' }));
  }
});
afterAll(async () => {
  await open[Symbol.asyncDispose]();
  await closed[Symbol.asyncDispose]();
});

const presign = ({ client }: LocalS3, Key = 'a file.csv') =>
  getSignedUrl(client, new GetObjectCommand({ Bucket: BUCKET, Key }), { expiresIn: 60 });

const get = async (s3: LocalS3, origin: string) => fetch(await presign(s3), { headers: { origin } });

async function preflight(s3: LocalS3, origin: string, method: string, headers?: string): Promise<Response> {
  return fetch(await presign(s3), {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      ...(headers !== undefined && { 'access-control-request-headers': headers }),
    },
  });
}

/** What of an answer browsers go by. */
function told({ status, headers }: Response) {
  const names = [...headers.keys()].filter((name) => name === 'vary' || name.startsWith('access-control-'));
  return { status, ...Object.fromEntries(names.map((name) => [name, headers.get(name)])) };
}

const told200 = {
  status: 200,
  'access-control-allow-origin': PAGE,
  'access-control-allow-methods': 'GET, HEAD',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'ETag, Content-Range',
  'access-control-max-age': '600',
  vary: VARY,
};

describe('a page of an origin that a rule knows', () => {
  it('is let read, by each answer', async () => {
    const response = await get(open, PAGE);
    expect(told(response)).toEqual(told200);
    expect(await response.text()).toBe('a,b');
    expect(told(await get(open, 'https://sales.apps.example'))).toMatchObject({
      'access-control-allow-origin': 'https://sales.apps.example',
    });
  });

  it('is let read errors as well', async () => {
    const absent = await fetch(await presign(open, 'absent'), { headers: { origin: PAGE } });
    expect(told(absent)).toEqual({ ...told200, status: 404 });
    const forged = (await presign(open)).replace(/X-Amz-Signature=\w{8}/, 'X-Amz-Signature=00000000');
    const refused = await fetch(forged, { headers: { origin: PAGE } });
    expect(told(refused)).toEqual({ ...told200, status: 403 });
    expect(await refused.text()).toContain('<Code>SignatureDoesNotMatch</Code>');
  });

  it('learns before it asks what it may send', async () => {
    expect(told(await preflight(open, PAGE, 'HEAD'))).toEqual(told200);
    expect(told(await preflight(open, PAGE, 'GET', 'Range, x-amz-meta-team'))).toEqual({
      ...told200,
      'access-control-allow-headers': 'range, x-amz-meta-team',
    });
  });
});

describe('is told nothing, and a preflight is refused:', () => {
  it.each([
    ['another origin', 'https://evil.example', 'GET', undefined],
    ['one that begins alike', `${PAGE}.evil.example`, 'GET', undefined],
    ['the same host without TLS', 'http://app.example', 'GET', undefined],
    ['the origin of a page that was redirected', 'null', 'GET', undefined],
    ['a method that no rule has', PAGE, 'PUT', undefined],
    ['a header that no rule has', PAGE, 'GET', 'range, authorization'],
  ])('%s', async (_, origin, method, headers) => {
    const refused = await preflight(open, origin, method, headers);
    expect(told(refused)).toEqual({ status: 403 });
    expect(await refused.text()).toMatch(/<Code>AccessForbidden<\/Code>.*CORS request is not allowed/);
    // Whether the bytes may be seen is for the browser to say: it is not told that they may.
    if (origin !== PAGE) expect(told(await get(open, origin))).toEqual({ status: 200 });
  });

  it('any page, by a bucket without rules', async () => {
    expect(told(await get(closed, PAGE))).toEqual({ status: 200 });
    const refused = await preflight(closed, PAGE, 'GET');
    expect(told(refused)).toEqual({ status: 403 });
    expect(await refused.text()).toContain('CORS is not enabled for this bucket');
  });
});

it('a rule for all origins names none', async () => {
  const everybody = await startLocalS3({ corsRules: [{ ...rule, allowedOrigins: ['*'] }] });
  const { 'access-control-allow-credentials': _, ...others } = told200;
  expect(told(await preflight(everybody, 'null', 'GET'))).toEqual({ ...others, 'access-control-allow-origin': '*' });
  await everybody[Symbol.asyncDispose]();
});

it('who is no browser hears nothing of it', async () => {
  expect(told(await fetch(await presign(open)))).toEqual({ status: 200 });
});
