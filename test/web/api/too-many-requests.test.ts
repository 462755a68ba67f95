// @module-tag throttles

import { afterEach, describe, expect, test, vi } from 'vitest';
import { createApiClient } from '../../../web/src/api/api-client.ts';
import type { ProblemError } from '../../../web/src/api/problem-error.ts';
import { createQueryClient } from '../../../web/src/api/query-client.ts';

afterEach(() => vi.unstubAllGlobals());

const session = { accessToken: async () => 'token', renewedToken: async () => 'token' };

/** What the page makes of an answer. */
async function errorFor(status: number, body: unknown, type = 'application/json'): Promise<ProblemError> {
  vi.stubGlobal('fetch', async () => Response.json(body, { status, headers: { 'content-type': type } }));
  return (await createApiClient(session)
    .request('/v1/exports')
    .catch((error: unknown) => error)) as ProblemError;
}

function isTriedAgain(error: Error): boolean {
  const { retry } = createQueryClient().getDefaultOptions().queries ?? {};
  return typeof retry === 'function' && retry(0, error);
}

describe('an answer of the gateway that is throttling', () => {
  test('says when to come back, and a read does so by itself', async () => {
    const error = await errorFor(429, { message: 'Too Many Requests' });
    expect([error.message, error.problem]).toEqual([
      'Too many requests at the moment. Try again in a few seconds.',
      undefined,
    ]);
    expect(isTriedAgain(error)).toBe(true);
  });

  test('is not what the API itself says to somebody with too many exports', async () => {
    const problem = { title: 'Too many exports', detail: 'You have 10 exports under way.', code: 'too_many_exports' };
    expect((await errorFor(429, problem, 'application/problem+json')).message).toBe(problem.detail);
  });

  test.each([400, 403, 404, 409])('is not a refusal, which stays one: %i', async (status) => {
    const error = await errorFor(status, {});
    expect([error.message, isTriedAgain(error)]).toEqual([`The server answered ${status}`, false]);
  });
});
