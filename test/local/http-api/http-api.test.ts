import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { createHttpApi, type HttpApiOptions, type HttpRoute } from '../../../local/http-api/http-api.ts';
import { FunctionError, InvokeRefusedError } from '../../../local/lambda/function-error.ts';
import type { InvokeCall } from '../../../local/lambda/lambda-host.ts';
import { serve } from '../http-server.ts';

interface Fixture {
  readonly origin: string;
  readonly calls: InvokeCall[];
  readonly log: ReturnType<typeof vi.fn>;
}

type Respond = (call: InvokeCall) => unknown;

async function apiOf(
  respond: Respond,
  routes: readonly (string | Partial<HttpRoute>)[] = ['$default'],
  options: Partial<HttpApiOptions> = {},
): Promise<Fixture> {
  const calls: InvokeCall[] = [];
  const log = vi.fn();
  const api = createHttpApi({
    routes: routes.map((route) => ({
      routeKey: '$default',
      functionArn: 'arn:fixture',
      ...(typeof route === 'string' ? { routeKey: route } : route),
    })),
    invoke: async (call) => {
      calls.push(call);
      return { payload: await respond(call) };
    },
    clock: new LocalClock(),
    log,
    accountId: '000000000000',
    apiId: 'local',
    ...options,
  });
  const origin = await serve((request, response) => void api.handle(request, response));
  return { origin, calls, log };
}

describe('the time of answers', () => {
  test.each([
    ['a function', () => 'ok', 200],
    ['a failure', () => Promise.reject(new Error('no')), 500],
  ] satisfies [string, Respond, number][])('is the local clock’s: %s', async (_, respond, status) => {
    const clock = new LocalClock();
    clock.advance(86_400);
    const { origin } = await apiOf(respond, ['$default'], { clock });
    const answer = await fetch(origin);
    expect(answer.status).toBe(status);
    expect(Math.abs(Date.parse(answer.headers.get('date') ?? '') - clock.now())).toBeLessThan(60_000);
  });
});

describe('the event', () => {
  test('has payload format 2.0', async () => {
    const clock = new LocalClock();
    clock.advance(3600);
    const { origin, calls } = await apiOf(() => 'ok', ['POST /v1/exports/{id}/notes'], { clock });
    await fetch(`${origin}/v1/exports/a%20%C3%A9/notes?tag=a&tag=b%20c&empty=`, {
      method: 'POST',
      body: '{"text":"ü"}',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'x-list': 'one', 'user-agent': 'test' },
    });
    const [{ functionArn, caller, payload } = {}] = calls;
    expect({ functionArn, caller }).toEqual({ functionArn: 'arn:fixture', caller: 'service' });
    expect(payload).toEqual({
      version: '2.0',
      routeKey: 'POST /v1/exports/{id}/notes',
      rawPath: '/v1/exports/a é/notes',
      rawQueryString: 'tag=a&tag=b%20c&empty=',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'content-length': '13',
        'x-list': 'one',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
      }),
      queryStringParameters: { tag: 'a,b c', empty: '' },
      pathParameters: { id: 'a é' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: '127.0.0.1',
        domainPrefix: '127',
        http: {
          method: 'POST',
          path: '/v1/exports/a é/notes',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'POST /v1/exports/{id}/notes',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.toSatisfy((ms: number) => Math.abs(ms - clock.now()) < 10_000),
      },
      body: '{"text":"ü"}',
      isBase64Encoded: false,
    });
    expect(payload).not.toHaveProperty('headers.cookie');
    expect(payload).not.toHaveProperty('headers.connection');
  });

  test('leaves out what the request does not have', async () => {
    const { origin, calls } = await apiOf(() => 'ok');
    await fetch(`${origin}/`);
    for (const field of ['cookies', 'queryStringParameters', 'pathParameters', 'body', 'requestContext.authorizer']) {
      expect(calls[0]?.payload).not.toHaveProperty(field);
    }
    expect(calls[0]?.payload).toMatchObject({ rawQueryString: '', isBase64Encoded: false });
  });

  test('joins repeated headers by comma', async () => {
    const { origin, calls } = await apiOf(() => 'ok');
    const sent = httpRequest(origin, { headers: { 'X-Tag': ['a', 'b'] } }).end();
    await once(sent, 'response');
    expect(calls[0]?.payload).toHaveProperty(['headers', 'x-tag'], 'a,b');
  });

  test.for([
    ['application/json', false],
    ['application/json; charset=utf-8', false],
    ['text/csv', false],
    ['application/xml', false],
    ['application/x-www-form-urlencoded', true],
    ['application/problem+json', true],
    ['application/octet-stream', true],
    ['', true],
  ] as const)('encodes a body of type "%s": %s', async ([contentType, encoded]) => {
    const { origin, calls } = await apiOf(() => 'ok');
    await fetch(origin, {
      method: 'POST',
      body: new TextEncoder().encode('abc'),
      headers: contentType === '' ? {} : { 'content-type': contentType },
    });
    expect(calls[0]?.payload).toMatchObject({ isBase64Encoded: encoded, body: encoded ? 'YWJj' : 'abc' });
  });

  test('encodes a compressed body, text or not', async () => {
    const { origin, calls } = await apiOf(() => 'ok');
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    await fetch(origin, { method: 'POST', body: new Uint8Array([31, 139, 255]), headers });
    expect(calls[0]?.payload).toMatchObject({ isBase64Encoded: true, body: 'H4v/' });
  });
});

describe('the response', () => {
  test('is given by the function', async () => {
    const { origin } = await apiOf(() => ({
      statusCode: 201,
      headers: { Location: '/v1/exports/1', 'Retry-After': 2, 'Content-Type': 'application/json' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: '{"id":1}',
    }));
    const response = await fetch(origin);
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/v1/exports/1');
    expect(response.headers.get('retry-after')).toBe('2');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect(response.headers.get('apigw-requestid')).toMatch(/=$/);
    expect(await response.json()).toEqual({ id: 1 });
  });

  test('is decoded from base64', async () => {
    const { origin } = await apiOf(() => ({ statusCode: 200, body: '/9g=', isBase64Encoded: true }));
    const bytes = await (await fetch(origin)).bytes();
    expect([...bytes]).toEqual([255, 216]);
  });

  test('is text if the function says nothing else', async () => {
    const { origin } = await apiOf(() => ({ statusCode: 200, body: 'plain' }));
    expect((await fetch(origin)).headers.get('content-type')).toBe('text/plain;charset=utf-8');
  });

  test.for([
    ['a text', 'Hello', 'Hello'],
    ['an object', { message: 'Hello' }, '{"message":"Hello"}'],
    ['a list', [1], '[1]'],
    ['nothing', null, 'null'],
  ] as const)('is inferred from %s without a status', async ([, result, body]) => {
    const { origin } = await apiOf(() => result);
    const response = await fetch(origin);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe(body);
  });

  test.for([
    ['a status out of range', { statusCode: 1000 }],
    ['a status that is no number', { statusCode: 'OK' }],
    ['a body that is an object', { statusCode: 200, body: { a: 1 } }],
    ['a header that no connection can carry', { statusCode: 200, headers: { 'x-a': 'a\nb' } }],
  ])('is an error for %s', async ([, result]) => {
    const { origin, log } = await apiOf(() => result);
    const response = await fetch(origin);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    expect(log).toHaveBeenCalledOnce();
  });
});

describe('errors of the gateway', () => {
  test('unknown route', async () => {
    const { origin, calls } = await apiOf(() => 'ok', ['GET /v1/me']);
    const response = await fetch(`${origin}/v1/you`);
    expect([response.status, await response.text()]).toEqual([404, '{"message":"Not Found"}']);
    expect(calls).toEqual([]);
  });

  test('a path that is not well encoded', async () => {
    const { origin } = await apiOf(() => 'ok');
    expect((await fetch(`${origin}/%E0%A4%A`)).status).toBe(400);
  });

  test('a function that failed', async () => {
    const { origin } = await apiOf(() => {
      throw new FunctionError({ errorType: 'TypeError', errorMessage: 'secret', trace: [] });
    });
    const response = await fetch(origin);
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}']);
  });

  test('a function that takes too long', async () => {
    const { origin } = await apiOf(
      ({ signal }) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
      [{ timeoutSeconds: 0.05 }],
    );
    const response = await fetch(origin);
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}']);
  });

  test('a body above 10 MB', async () => {
    const { origin, calls } = await apiOf(() => 'ok');
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    const response = await fetch(origin, { method: 'POST', body });
    expect([response.status, await response.text()]).toEqual([413, '{"message":"Request Entity Too Large"}']);
    expect(calls).toEqual([]);
    expect((await fetch(origin, { method: 'POST', body: body.subarray(1) })).status).toBe(200);
  });

  test('an event above what a function takes', async () => {
    const { origin } = await apiOf(() => {
      throw new InvokeRefusedError('RequestTooLargeException', 'too large');
    });
    expect((await fetch(origin, { method: 'POST', body: 'x' })).status).toBe(413);
  });
});

describe('CORS', () => {
  const cors = {
    allowOrigins: ['https://app.example'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization'],
    exposeHeaders: ['location'],
    maxAgeSeconds: 300,
  };
  const respond = () => ({ statusCode: 200, headers: { 'access-control-allow-origin': '*' } });

  function preflight(origin: string, from: string): Promise<Response> {
    const headers = { origin: from, 'access-control-request-method': 'POST' };
    return fetch(`${origin}/v1/me`, { method: 'OPTIONS', headers });
  }

  test('answers preflights by itself', async () => {
    const { origin, calls } = await apiOf(respond, ['$default'], { cors });
    const response = await preflight(origin, 'https://app.example');
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '300',
    });
    expect(calls).toEqual([]);
  });

  test('allows a foreign origin nothing', async () => {
    const { origin } = await apiOf(respond, ['$default'], { cors });
    expect((await preflight(origin, 'https://evil.example')).headers.has('access-control-allow-origin')).toBe(false);
  });

  test('replaces the headers of the function', async () => {
    const { origin } = await apiOf(respond, ['$default'], { cors });
    const allowed = await fetch(origin, { headers: { origin: 'https://app.example' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(allowed.headers.get('access-control-expose-headers')).toBe('location');
    const foreign = await fetch(origin, { headers: { origin: 'https://evil.example' } });
    expect(foreign.headers.has('access-control-allow-origin')).toBe(false);
  });

  test('leaves a preflight to the authorizer of its route, unless another takes it', async () => {
    const guarded = { routeKey: '$default', authorizer: { issuer: 'https://issuer.invalid', audience: ['waybill'] } };
    const { origin: closed, calls } = await apiOf(respond, [guarded], { cors });
    expect((await preflight(closed, 'https://app.example')).status).toBe(401);
    const { origin: open } = await apiOf(respond, [guarded, 'OPTIONS /{proxy+}'], { cors });
    expect((await preflight(open, 'https://app.example')).status).toBe(204);
    expect(calls).toEqual([]);
  });

  test('without a configuration is the function’s own', async () => {
    const { origin } = await apiOf(respond);
    const response = await fetch(origin, { headers: { origin: 'https://evil.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect((await preflight(origin, 'https://app.example')).status).toBe(200);
  });
});
