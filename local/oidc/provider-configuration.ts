import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { LocalClock } from '../clock.ts';
import { SAMPLE_USERS, type SampleUser } from '../sample-users.ts';
import { MemoryAdapter } from './memory-adapter.ts';
import { errorPage, signedOutPage, signOutPage } from './pages.ts';
import type { SigningKeys } from './signing-keys.ts';
import { userClaims } from './user-claims.ts';

/** How long an access token is good. */
export const ACCESS_TOKEN_SECONDS = 3600;

const DAY_SECONDS = 86_400;
const SCOPES = ['openid', 'email', 'profile', 'offline_access'];

/** The only resource there is; it makes access tokens JWTs for the API. */
const API_RESOURCE = 'urn:waybill:api';
const API_SCOPES = 'email profile';

export interface ProviderSettings {
  readonly audience: string;
  readonly clientId: string;
  readonly webOrigins: readonly string[];
  readonly mountPath: string;
  readonly keys: SigningKeys;
  readonly clock: LocalClock;
}

/** The library's configuration: code flow with PKCE for one public client, refresh tokens, and nobody asked twice. */
export function providerConfiguration(settings: ProviderSettings): Configuration {
  const { audience, clientId, webOrigins, mountPath, keys, clock } = settings;
  const redirectUris = webOrigins.map((origin) => `${origin}/`);
  return {
    adapter: MemoryAdapter,
    jwks: { keys: [keys.tokenKey] },
    cookies: { keys: [keys.cookieSecret] },
    clients: [
      {
        client_id: clientId,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: redirectUris,
        post_logout_redirect_uris: redirectUris,
      },
    ],
    clientAuthMethods: ['none'],
    clientBasedCORS: (_, origin) => webOrigins.includes(origin),
    responseTypes: ['code'],
    pkce: { required: () => true },
    scopes: SCOPES,
    claims: { openid: ['sub'], email: ['email'], profile: ['name', 'account_id', 'waybill_role'] },
    // The web app has no use for a second request: what it may know is in the ID token.
    conformIdTokenClaims: false,
    findAccount: (_, id) => {
      const user = userOf(id);
      return user && { accountId: id, claims: () => ({ sub: id, ...userClaims(user) }) };
    },
    extraTokenClaims: (_, token) => {
      const user = 'accountId' in token ? userOf(token.accountId) : undefined;
      return user && { ...userClaims(user) };
    },
    // The library takes the time from the machine; the API checks access tokens by the local clock.
    formats: {
      customizers: {
        jwt: (_, _token, { payload }) => {
          const offsetSeconds = Math.floor(clock.offsetMs / 1000);
          payload.iat = Number(payload.iat) + offsetSeconds;
          payload.exp = Number(payload.exp) + offsetSeconds;
        },
      },
    },
    interactions: { url: (_, { uid }) => `${mountPath}/interaction/${uid}` },
    loadExistingGrant: grantEverything,
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    renderError: (ctx, { error, error_description: description }) => {
      ctx.type = 'html';
      ctx.body = errorPage(description ?? error);
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_SECONDS,
      AuthorizationCode: 60,
      Grant: 14 * DAY_SECONDS,
      IdToken: ACCESS_TOKEN_SECONDS,
      Interaction: 3600,
      RefreshToken: 14 * DAY_SECONDS,
      Session: 14 * DAY_SECONDS,
    },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.type = 'html';
          ctx.body = signOutPage(form);
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.type = 'html';
          ctx.body = signedOutPage();
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API_RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => {
          if (resource !== API_RESOURCE) throw new errors.InvalidTarget();
          return { scope: API_SCOPES, audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
        },
      },
    },
  };
}

function userOf(id: string): SampleUser | undefined {
  return SAMPLE_USERS.find((user) => user.id === id);
}

/** The web app is our own: whoever signs in has agreed to it. */
async function grantEverything({ oidc }: KoaContextWithOIDC) {
  const { client, session, provider } = oidc;
  if (client === undefined || session?.accountId === undefined) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPES.join(' '));
  grant.addResourceScope(API_RESOURCE, API_SCOPES);
  await grant.save();
  return grant;
}
