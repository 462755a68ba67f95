// @module-tag bad-tokens

import { createHmac } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { createHttpApi } from '../../../local/http-api/http-api.ts';
import { serve } from '../http-server.ts';

type Key = Awaited<ReturnType<typeof generateKeyPair>>;
let key: Key;
let foreignKey: Key;

beforeAll(async () => {
  key = await generateKeyPair('RS256', { extractable: true });
  foreignKey = await generateKeyPair('RS256');
});

interface Fixture {
  readonly clock: LocalClock;
  /** The standard claims of a good token. */
  readonly claims: JWTPayload;
  readonly discoveries: () => number;
  call(authorization?: string): Promise<Response>;
}

async function guarded(scopes: readonly string[] = []): Promise<Fixture> {
  const clock = new LocalClock();
  let discoveries = 0;
  const issuer = await serve(async (request, response) => {
    if (request.url === '/.well-known/openid-configuration') {
      discoveries += 1;
      return response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/jwks` }));
    }
    const jwk = { ...(await exportJWK(key.publicKey)), kid: 'key-1', alg: 'RS256' };
    return response.end(JSON.stringify({ keys: [jwk] }));
  });
  const api = createHttpApi({
    routes: [
      { routeKey: 'GET /v1/me', functionArn: 'me', authorizer: { issuer, audience: ['waybill', 'other'] }, scopes },
    ],
    invoke: async ({ payload }) => ({ payload }),
    clock,
    log: () => {},
    accountId: '000000000000',
    apiId: 'local',
  });
  const origin = await serve((request, response) => void api.handle(request, response));
  const now = Math.floor(clock.now() / 1000);
  return {
    clock,
    claims: { iss: issuer, aud: 'waybill', sub: 'usr_ada', iat: now, exp: now + 3600 },
    discoveries: () => discoveries,
    call: (authorization) =>
      fetch(`${origin}/v1/me`, { headers: authorization === undefined ? {} : { authorization } }),
  };
}

function sign(
  claims: Readonly<Record<string, unknown>>,
  header: { kid?: string } = { kid: 'key-1' },
  signer: Key = key,
): Promise<string> {
  return new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: 'RS256', ...header }).sign(signer.privateKey);
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function expectRefused(response: Response, description: string): Promise<void> {
  expect(response.status).toBe(401);
  expect(await response.text()).toBe('{"message":"Unauthorized"}');
  expect(response.headers.get('www-authenticate')).toBe(
    `Bearer scope="" error="invalid_token" error_description="${description}"`,
  );
}

describe('a good token', () => {
  test('passes with its claims as text', async () => {
    const { call, claims } = await guarded();
    const more = { email_verified: true, groups: ['a', 'b'], address: { town: 'Kiel', code: 1 } };
    const response = await call(`Bearer ${await sign({ ...claims, ...more })}`);
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveProperty('requestContext.authorizer', {
      jwt: {
        claims: {
          iss: claims.iss,
          aud: 'waybill',
          sub: 'usr_ada',
          iat: String(claims.iat),
          exp: String(claims.exp),
          email_verified: 'true',
          groups: '[a b]',
          address: 'map[code:1 town:Kiel]',
        },
        scopes: null,
      },
    });
  });

  test.for([
    ['without Bearer', {}, ''],
    ['with a list of audiences', { aud: ['stranger', 'other'] }, 'Bearer '],
    ['with a client instead of an audience', { aud: undefined, client_id: 'waybill' }, 'bearer '],
  ] as const)('passes %s', async ([, changes, prefix]) => {
    const { call, claims } = await guarded();
    const response = await call(prefix + (await sign({ ...claims, ...changes })));
    expect(response.status).toBe(200);
  });

  test('the keys are looked up once', async () => {
    const { call, claims, discoveries } = await guarded();
    const token = await sign(claims);
    await Promise.all([call(token), call(token)]);
    await call(token);
    expect(discoveries()).toBe(1);
  });
});

describe('refused', () => {
  test('no token', async () => {
    const { call } = await guarded();
    const response = await call();
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });

  test.for([
    ['another issuer', { iss: 'http://127.0.0.1:1/' }, 'the token has no valid iss'],
    ['another audience', { aud: 'stranger' }, 'the token does not have a valid audience'],
    [
      'another audience but our client',
      { aud: 'stranger', client_id: 'waybill' },
      'the token does not have a valid audience',
    ],
    ['neither audience nor client', { aud: undefined }, 'the token does not have a valid audience'],
    ['expired', { exp: 1 }, 'the token has expired'],
    ['no expiry', { exp: undefined }, 'the token has no valid exp'],
    ['not yet valid', { nbf: 9_999_999_999 }, 'the token has no valid nbf'],
    ['issued in the future', { iat: 9_999_999_999 }, 'the token is not yet valid'],
  ] as const)('%s', async ([, changes, description]) => {
    const { call, claims } = await guarded();
    await expectRefused(await call(`Bearer ${await sign({ ...claims, ...changes })}`), description);
  });

  test('expired by the local clock', async () => {
    const { call, claims, clock } = await guarded();
    const token = await sign(claims);
    expect((await call(token)).status).toBe(200);
    clock.advance(3600);
    await expectRefused(await call(token), 'the token has expired');
  });

  test('signed with a foreign key', async () => {
    const { call, claims } = await guarded();
    await expectRefused(await call(await sign(claims, { kid: 'key-1' }, foreignKey)), 'the signature is invalid');
  });

  test('a changed payload', async () => {
    const { call, claims } = await guarded();
    const [header, , signature] = (await sign(claims)).split('.');
    const forged = `${header}.${encode({ ...claims, sub: 'usr_olga' })}.${signature}`;
    await expectRefused(await call(forged), 'the signature is invalid');
  });

  test.for([
    [{ kid: 'key-2' }, 'no key of the issuer matches the kid'],
    [{}, 'the token has no kid'],
  ] as const)('header %o', async ([header, description]) => {
    const { call, claims } = await guarded();
    await expectRefused(await call(await sign(claims, header)), description);
  });

  test('alg none', async () => {
    const { call, claims } = await guarded();
    const token = `${encode({ alg: 'none', kid: 'key-1' })}.${encode(claims)}.`;
    await expectRefused(await call(token), 'the signing method is invalid');
  });

  test('HS256 with the public key as the secret', async () => {
    const { call, claims } = await guarded();
    const input = `${encode({ alg: 'HS256', kid: 'key-1' })}.${encode(claims)}`;
    const mac = createHmac('sha256', await exportSPKI(key.publicKey))
      .update(input)
      .digest('base64url');
    await expectRefused(await call(`${input}.${mac}`), 'the signing method is invalid');
  });

  test.for(['nonsense', 'a.b.c', 'Bearer e30.e30.e30'])('%s', async (token) => {
    const { call } = await guarded();
    expect((await call(token)).status).toBe(401);
  });

  test('when the issuer cannot be reached', async () => {
    const { claims } = await guarded();
    const api = createHttpApi({
      routes: [
        { routeKey: '$default', functionArn: 'me', authorizer: { issuer: 'http://127.0.0.1:1', audience: ['a'] } },
      ],
      invoke: async () => ({ payload: 'reached' }),
      clock: new LocalClock(),
      log: () => {},
      accountId: '000000000000',
      apiId: 'local',
    });
    const origin = await serve((request, response) => void api.handle(request, response));
    const response = await fetch(origin, { headers: { authorization: await sign(claims) } });
    await expectRefused(response, 'OIDC discovery endpoint communication error');
  });
});

describe('scopes', () => {
  test.for([{ scope: 'profile exports' }, { scp: ['exports'] }])('%o is enough', async (granted) => {
    const { call, claims } = await guarded(['exports', 'admin']);
    const response = await call(await sign({ ...claims, ...granted }));
    const scopes = expect.arrayContaining(['exports']);
    expect(await response.json()).toHaveProperty('requestContext.authorizer.jwt.scopes', scopes);
  });

  test.for([{ scope: 'profile export' }, {}])('%o is not', async (granted) => {
    const { call, claims } = await guarded(['exports', 'admin']);
    const response = await call(await sign({ ...claims, ...granted }));
    expect([response.status, await response.text()]).toEqual([403, '{"message":"Forbidden"}']);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
  });
});
