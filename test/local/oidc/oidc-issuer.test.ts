import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeJwt, type JWTVerifyResult, jwtVerify } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { LocalClock } from '../../../local/clock.ts';
import { createOidcIssuer, type OidcIssuer } from '../../../local/oidc/oidc-issuer.ts';
import { sampleUserNamed } from '../../../local/sample-users.ts';
import { serve } from '../http-server.ts';
import { temporaryDirectory } from '../temp-dir.ts';
import { Browser } from './browser.ts';

const redirectUri = 'http://localhost:5173/reports?from=mail';

interface Fixture {
  readonly oidc: OidcIssuer;
  readonly issuer: string;
  readonly clock: LocalClock;
}

async function issuerIn(directory: string): Promise<Fixture> {
  const clock = new LocalClock();
  const ready = Promise.withResolvers<OidcIssuer>();
  const origin = await serve(async (request, response) => {
    const oidc = await ready.promise;
    if (!(await oidc.handle(request, response))) response.writeHead(418).end();
  });
  const issuer = `${origin}/oidc`;
  const webOrigins = [origin, 'http://localhost:5173'];
  ready.resolve(
    await createOidcIssuer({ issuer, audience: 'waybill-api', clientId: 'web', webOrigins, directory, clock }),
  );
  return { oidc: await ready.promise, issuer, clock };
}

async function newIssuer(): Promise<Fixture> {
  return issuerIn(await temporaryDirectory());
}

function verify(token: string, issuer: string, currentDate = new Date()): Promise<JWTVerifyResult> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
  return jwtVerify(token, keys, { issuer, audience: 'waybill-api', algorithms: ['RS256'], currentDate });
}

interface Tokens {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
  readonly expires_in: number;
}

async function askTokens(issuer: string, fields: Record<string, string>): Promise<Response> {
  return fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { origin: 'http://localhost:5173' },
    body: new URLSearchParams({ client_id: 'web', ...fields }),
  });
}

function authorizationUrl(issuer: string, changes: Record<string, string> = {}): string {
  const query = new URLSearchParams({
    client_id: 'web',
    response_type: 'code',
    scope: 'openid email profile',
    redirect_uri: redirectUri,
    state: 'abc',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  });
  return `${issuer}/auth?${query}`;
}

const verifier = randomBytes(32).toString('base64url');

/** Goes the way of a browser from the web app to the page and back, and gives the URL it comes back to. */
async function signIn(issuer: string, userName: string, browser = new Browser()): Promise<URL> {
  const page = await browser.open(authorizationUrl(issuer));
  expect(await page.response.text()).toContain(`value="${userName}"`);
  const { location } = await browser.open(page.url, new URLSearchParams({ user: userName }));
  return new URL(location ?? '');
}

async function tokensOf(issuer: string, userName: string, browser?: Browser): Promise<Tokens> {
  const code = (await signIn(issuer, userName, browser)).searchParams.get('code') ?? '';
  const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri };
  const response = await askTokens(issuer, fields);
  expect(response.status).toBe(200);
  expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  return (await response.json()) as Tokens;
}

describe('signing in', () => {
  // First, because the library gives each of its notices once in a process.
  test('prints nothing', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) => vi.spyOn(console, level));
    onTestFinished(() => void vi.restoreAllMocks());
    const { issuer } = await newIssuer();
    const browser = new Browser();
    await tokensOf(issuer, 'gus', browser);
    await browser.open(`${issuer}/session/end`);
    await browser.open(authorizationUrl(issuer, { redirect_uri: 'http://evil.example/' }));
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  test('returns to the page it began on, with tokens for the API', async () => {
    const { issuer } = await newIssuer();
    const back = await signIn(issuer, 'ada');
    expect(back.href).toMatch(/^http:\/\/localhost:5173\/reports\?from=mail&code=/);
    expect(back.searchParams.get('state')).toBe('abc');
    const tokens = await tokensOf(issuer, 'ada');
    const { payload } = await verify(tokens.access_token, issuer);
    expect(payload).toMatchObject({ sub: 'usr_ada', email: 'ada@acme.example', name: 'Ada Adams', account_id: 'acme' });
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      aud: 'web',
      sub: 'usr_ada',
      email: 'ada@acme.example',
      name: 'Ada Adams',
    });
    expect(tokens.expires_in).toBe(3600);
  });

  test('is remembered until one signs out', async () => {
    const { issuer } = await newIssuer();
    const browser = new Browser();
    const { id_token: hint } = await tokensOf(issuer, 'mel', browser);
    expect((await browser.open(authorizationUrl(issuer))).location).toContain('code=');

    const leaving = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: 'http://localhost:5173/bye' });
    const page = await browser.open(`${issuer}/session/end?${leaving}`);
    const html = await page.response.text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    expect(html).toContain('Sign out</button>');
    const left = await browser.open(`${issuer}/session/end/confirm`, new URLSearchParams({ xsrf, logout: 'yes' }));
    expect(left.location).toBe('http://localhost:5173/bye');
    expect((await browser.open(authorizationUrl(issuer))).location).toBeUndefined();
  });

  test('shows a page that can be read and used by everyone', async () => {
    const { issuer } = await newIssuer();
    const { response } = await new Browser().open(authorizationUrl(issuer));
    const html = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toMatch(/<html lang="en">[\s\S]*<title>Sign in[\s\S]*<main><h1>Sign in<\/h1>/);
    expect([...html.matchAll(/<button name="user" value="(\w+)">/g)].map(([, name]) => name)).toEqual([
      'olga',
      'ada',
      'mel',
      'val',
      'gus',
    ]);
  });

  test('asks again when nobody known was chosen', async () => {
    const { issuer } = await newIssuer();
    const browser = new Browser();
    const page = await browser.open(authorizationUrl(issuer));
    const again = await browser.open(page.url, new URLSearchParams({ user: 'mallory' }));
    expect(again.location).toBeUndefined();
    expect(await again.response.text()).toContain('value="ada"');
  });

  test.for([
    ['a redirect to a foreign origin', { redirect_uri: 'http://evil.example/' }],
    ['a redirect to another port', { redirect_uri: 'http://localhost:5174/' }],
    ['another client', { client_id: 'stranger' }],
  ] as const)('is refused for %s', async ([, changes]) => {
    const { issuer } = await newIssuer();
    const { response, location } = await new Browser().open(authorizationUrl(issuer, changes));
    expect([response.status, location]).toEqual([400, undefined]);
  });

  test('is refused without PKCE', async () => {
    const { issuer } = await newIssuer();
    const changes = { code_challenge: '', code_challenge_method: '' };
    const { location } = await new Browser().open(authorizationUrl(issuer, changes));
    expect(location).toContain('error=invalid_request');
  });

  test('gives no tokens for another verifier', async () => {
    const { issuer } = await newIssuer();
    const code = (await signIn(issuer, 'ada')).searchParams.get('code') ?? '';
    const fields = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: 'x'.repeat(43) };
    expect((await askTokens(issuer, fields)).status).toBe(400);
  });

  test('that nobody began is an error page', async () => {
    const { issuer } = await newIssuer();
    const { response } = await new Browser().open(`${issuer}/interaction/unknown`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('no longer valid');
  });
});

describe('refresh tokens', () => {
  test('give a new access token once', async () => {
    const { issuer } = await newIssuer();
    const { refresh_token } = await tokensOf(issuer, 'val');
    const response = await askTokens(issuer, { grant_type: 'refresh_token', refresh_token });
    const renewed = (await response.json()) as Tokens;
    expect((await verify(renewed.access_token, issuer)).payload.sub).toBe('usr_val');
    expect((await askTokens(issuer, { grant_type: 'refresh_token', refresh_token })).status).toBe(400);
  });

  test('give one that is good by the local clock', async () => {
    const { issuer, clock } = await newIssuer();
    const { access_token, refresh_token } = await tokensOf(issuer, 'val');
    clock.advance(7200);
    const now = new Date(clock.now());
    await expect(verify(access_token, issuer, now)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' });
    const response = await askTokens(issuer, { grant_type: 'refresh_token', refresh_token });
    const renewed = (await response.json()) as Tokens;
    const { payload } = await verify(renewed.access_token, issuer, now);
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3600);
  });
});

describe('issued tokens', () => {
  test('are like those of the sign-in', async () => {
    const { oidc, issuer } = await newIssuer();
    const { payload, protectedHeader } = await verify(await oidc.issueToken(sampleUserNamed('ada')), issuer);
    const signedIn = await verify((await tokensOf(issuer, 'ada')).access_token, issuer);
    expect(Object.keys(payload).toSorted()).toEqual(Object.keys(signedIn.payload).toSorted());
    expect({ ...payload, jti: 0, iat: 0, exp: 0 }).toEqual({ ...signedIn.payload, jti: 0, iat: 0, exp: 0 });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
  });

  test('can be made wrong on purpose', async () => {
    const { oidc, issuer } = await newIssuer();
    await expect(verify(await oidc.issueToken(sampleUserNamed('ada'), { audience: 'other' }), issuer)).rejects.toThrow(
      /aud/,
    );
    await expect(
      verify(await oidc.issueToken(sampleUserNamed('ada'), { issuer: 'http://other' }), issuer),
    ).rejects.toThrow(/iss/);
    await expect(
      verify(await oidc.issueToken(sampleUserNamed('ada'), { expiresInSeconds: -1 }), issuer),
    ).rejects.toThrow(/exp/);
  });

  test('outlive a restart, even on another port', async () => {
    const directory = await temporaryDirectory();
    const first = await issuerIn(directory);
    const token = await first.oidc.issueToken(sampleUserNamed('ada'));
    const second = await issuerIn(directory);
    const keys = createRemoteJWKSet(new URL(`${second.issuer}/jwks`));
    await jwtVerify(token, keys, { issuer: first.issuer });
    const [file = ''] = await readdir(directory);
    expect((await stat(join(directory, file))).mode & 0o077).toBe(0);
  });

  test('a broken key file is named', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'oidc-keys.json'), '{}');
    await expect(issuerIn(directory)).rejects.toThrow(/oidc-keys\.json/);
  });
});

describe('the mount', () => {
  test('names itself in the discovery document', async () => {
    const { issuer } = await newIssuer();
    const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
    expect(discovery).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      end_session_endpoint: `${issuer}/session/end`,
      code_challenge_methods_supported: ['S256'],
    });
  });

  test('keeps the private key', async () => {
    const { issuer } = await newIssuer();
    const { keys } = (await (await fetch(`${issuer}/jwks`)).json()) as { keys: object[] };
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toHaveProperty('d');
  });

  test.for(['/', '/oidcs', '/v1/me?next=/oidc/auth'])('leaves %s to others', async (path) => {
    const { issuer } = await newIssuer();
    expect((await fetch(new URL(path, issuer))).status).toBe(418);
  });
});
