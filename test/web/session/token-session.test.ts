// @module-tag sign-out-and-in
// @module-tag sessions

import { describe, expect, test } from 'vitest';
import { UnreachableError } from '../../../web/src/api/problem-error.ts';
import { type AccessToken, TokenSession, type TokenSource } from '../../../web/src/session/token-session.ts';

type Answer = 'renewed' | 'refused' | 'silence';

/** Tokens `token-0`, `token-1` ... that expire as told, from an identity provider that answers as told. */
class FakeTokens implements TokenSource {
  answer: Answer = 'renewed';
  renewals = 0;
  kept: AccessToken | undefined;

  constructor(expiresInSeconds: number) {
    this.kept = { value: 'token-0', expiresInSeconds };
  }

  async current() {
    return this.kept;
  }

  async renew() {
    this.renewals += 1;
    // Later than whoever asks at the same time.
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (this.answer === 'silence') throw new TypeError('Failed to fetch');
    if (this.answer === 'refused') return undefined;
    this.kept = { value: `token-${this.renewals}`, expiresInSeconds: 3600 };
    return this.kept;
  }

  async forget() {
    this.kept = undefined;
  }
}

function setUp(expiresInSeconds: number, answer: Answer = 'renewed') {
  const tokens = new FakeTokens(expiresInSeconds);
  tokens.answer = answer;
  const session = new TokenSession(tokens);
  const states: string[] = [];
  session.subscribe(() => states.push(session.state));
  return { tokens, session, states };
}

const aWhile = () => new Promise((resolve) => setTimeout(resolve, 10));

describe('a token that is good', () => {
  test('is used as it is', async () => {
    const { tokens, session } = setUp(3600);
    expect(await session.accessToken()).toBe('token-0');
    expect(tokens.renewals).toBe(0);
  });

  test('is renewed shortly before its end, while requests go on with it', async () => {
    const { tokens, session } = setUp(60);
    expect([await session.accessToken(), await session.accessToken()]).toEqual(['token-0', 'token-0']);
    await aWhile();
    expect(await session.accessToken()).toBe('token-1');
    expect(tokens.renewals).toBe(1);
  });

  test('serves on when it will not be renewed, which is told once', async () => {
    const { tokens, session, states } = setUp(60, 'refused');
    await session.accessToken();
    await aWhile();
    expect(await session.accessToken()).toBe('token-0');
    await aWhile();
    expect([states, tokens.renewals]).toEqual([['ending'], 1]);
  });

  test('serves on when the identity provider is silent, which is no sign of anything', async () => {
    const { tokens, session, states } = setUp(60, 'silence');
    await session.accessToken();
    await aWhile();
    tokens.answer = 'renewed';
    await session.accessToken();
    await aWhile();
    expect(await session.accessToken()).toBe('token-2');
    expect(states).toEqual([]);
  });
});

describe('a token that is over', () => {
  test('is renewed before the request', async () => {
    const { session } = setUp(0);
    expect(await session.accessToken()).toBe('token-1');
  });

  test('is renewed once for all who need it', async () => {
    const { tokens, session } = setUp(3600);
    const renewed = await Promise.all([session.renewedToken(), session.renewedToken(), session.renewedToken()]);
    expect(renewed).toEqual(['token-1', 'token-1', 'token-1']);
    expect(tokens.renewals).toBe(1);
    expect(await session.renewedToken()).toBe('token-2');
  });

  test('ends the session when it is refused', async () => {
    const { tokens, session, states } = setUp(3600, 'refused');
    expect(await Promise.all([session.renewedToken(), session.renewedToken()])).toEqual([undefined, undefined]);
    expect(session.state).toBe('ended');
    expect([...new Set(states)]).toEqual(['ended']);
    expect(tokens.kept).toBeUndefined();
    expect(await session.accessToken()).toBeUndefined();
    expect(tokens.renewals).toBe(1);
  });

  test('leaves the session as it is when the identity provider is silent', async () => {
    const { tokens, session, states } = setUp(0, 'silence');
    await expect(session.accessToken()).rejects.toThrow(UnreachableError);
    expect(states).toEqual([]);
    tokens.answer = 'renewed';
    expect(await session.accessToken()).toBe('token-2');
  });
});

test('who leaves while a renewal is refused has left, and has not been put out', async () => {
  const { session, states } = setUp(3600, 'refused');
  const renewing = session.renewedToken();
  session.become('out');
  expect(await renewing).toBeUndefined();
  expect(states).toEqual(['out']);
});
