// @module-tag signed-out-of-cognito
// @module-tag sign-out-and-in
// @module-tag sessions

import { OidcClient } from 'oidc-client-ts';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { WebConfig } from '../../../web/src/config.ts';
import { oidcSettings, signOutArguments } from '../../../web/src/session/oidc-settings.ts';

const ORIGIN = 'https://reports.example.com';
const config: WebConfig = { issuer: 'https://id.example.com', clientId: 'waybill-web', scope: 'openid' };
const signInUrl = 'https://waybill.auth.eu-central-1.amazoncognito.com';

afterEach(() => vi.unstubAllGlobals());

/** An issuer that describes itself so. */
function stubIssuer(endpoints: Record<string, string>) {
  const description = { issuer: config.issuer, authorization_endpoint: `${config.issuer}/authorize`, ...endpoints };
  vi.stubGlobal('fetch', async () => Response.json(description));
}

async function signOutUrl(from: WebConfig): Promise<URL> {
  const client = new OidcClient(oidcSettings(from, ORIGIN));
  return new URL((await client.createSignoutRequest(signOutArguments(from, ORIGIN))).url);
}

describe('where people leave', () => {
  test('is what the issuer says, told where to send them', async () => {
    stubIssuer({ end_session_endpoint: `${config.issuer}/logout` });
    const url = await signOutUrl(config);
    expect(`${url.origin}${url.pathname}`).toBe('https://id.example.com/logout');
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${ORIGIN}/signed-out`);
  });

  test('is at Cognito what the stack says, told in Cognito’s own words', async () => {
    stubIssuer({});
    const url = await signOutUrl({ ...config, endSessionUrl: `${signInUrl}/logout` });
    expect(`${url.origin}${url.pathname}`).toBe(`${signInUrl}/logout`);
    expect(url.searchParams.get('client_id')).toBe('waybill-web');
    expect(url.searchParams.get('logout_uri')).toBe(`${ORIGIN}/signed-out`);
    expect(url.searchParams.get('redirect_uri')).toBeNull();
  });

  test('is nowhere when nobody says', async () => {
    stubIssuer({});
    await expect(signOutUrl(config)).rejects.toThrow('No end session endpoint');
  });
});
