// @module-tag user-pools

import type { Context } from 'aws-lambda';
import { beforeAll, describe, expect, test, vi } from 'vitest';

let handler: (event: unknown, context: Context) => Promise<unknown>;

beforeAll(async () => {
  vi.stubEnv('STAGE', 'test');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
  const module = await import('../../lambdas/add-account-claim.ts');
  handler = module.handler as typeof handler;
});

/** As Cognito tells it before it issues tokens, version 2 of the event. */
const eventOf = (userAttributes: Record<string, string>) => ({
  version: '2',
  triggerSource: 'TokenGeneration_HostedAuth',
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_abc',
  userName: '0a1b',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '1example' },
  request: { userAttributes: { sub: '0a1b', ...userAttributes }, groupConfiguration: {}, scopes: ['openid'] },
  response: {},
});

describe('access tokens of Cognito', () => {
  test('name the account of the user’s attribute, and the event is handed back whole', async () => {
    const event = eventOf({ 'custom:account_id': 'acme' });
    expect(await handler(event, {} as Context)).toEqual({
      ...event,
      response: {
        claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { account_id: 'acme' } } },
      },
    });
  });

  test('name none for who has none', async () => {
    const { response } = (await handler(
      eventOf({ email: 'olga@acme.example' }),
      {} as Context,
    )) as typeof globalThis & {
      response: unknown;
    };
    expect(response).toEqual({
      claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: {} } },
    });
  });
});
