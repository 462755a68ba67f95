import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { importJWK, SignJWT } from 'jose';
import Provider, { errors } from 'oidc-provider';
import type { LocalClock } from '../clock.ts';
import { findSampleUser, SAMPLE_USERS, type SampleUser } from '../sample-users.ts';
import { errorPage, signInPage } from './pages.ts';
import { ACCESS_TOKEN_SECONDS, providerConfiguration } from './provider-configuration.ts';
import { loadSigningKeys } from './signing-keys.ts';
import { userClaims } from './user-claims.ts';

export interface OidcIssuerOptions {
  /** Where the issuer is mounted, e.g. `http://127.0.0.1:4000/oidc`: its name and the base of its endpoints. */
  readonly issuer: string;
  /** The `aud` of access tokens. */
  readonly audience: string;
  /** The public browser client. */
  readonly clientId: string;
  /** Origins of the web app: it may be returned to at any path of them, and may call the token endpoint from them. */
  readonly webOrigins: readonly string[];
  /** Keeps the signing keys. */
  readonly directory: string;
  readonly clock: LocalClock;
}

interface IssueTokenOptions {
  /** Negative for a token that has expired. @default 3600 */
  readonly expiresInSeconds?: number | undefined;
  /** @default the issuer's audience */
  readonly audience?: string | undefined;
  /** @default the issuer */
  readonly issuer?: string | undefined;
}

export interface OidcIssuer {
  /** Answers what is below the issuer's path. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** An access token like those of the sign-in, without a sign-in. */
  issueToken(user: SampleUser, options?: IssueTokenOptions): Promise<string>;
}

/** An OpenID Connect issuer whose users are the sample users; its keys are kept in a directory, all else in memory. */
export async function createOidcIssuer(options: OidcIssuerOptions): Promise<OidcIssuer> {
  const { issuer, audience, clientId, webOrigins, clock } = options;
  const mountPath = new URL(issuer).pathname.replace(/\/$/, '');
  const keys = await loadSigningKeys(options.directory);
  const provider = new Provider(
    issuer,
    providerConfiguration({ audience, clientId, webOrigins, mountPath, keys, clock }),
  );
  allowAnyPathOf(provider, webOrigins);
  const answer = provider.callback();
  const tokenKey = await importJWK(keys.tokenKey, 'RS256');

  async function interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await provider.interactionDetails(request, response);
    const chosen = request.method === 'POST' ? new URLSearchParams(await text(request)).get('user') : null;
    const user = findSampleUser(chosen ?? '');
    if (user !== undefined) {
      return provider.interactionFinished(request, response, { login: { accountId: user.id } });
    }
    sendPage(response, 200, signInPage(SAMPLE_USERS));
  }

  return {
    async handle(request, response) {
      const path = (request.url ?? '/').split('?')[0] ?? '/';
      if (path !== mountPath && !path.startsWith(`${mountPath}/`)) return false;
      if (path.startsWith(`${mountPath}/interaction/`)) {
        await interact(request, response).catch((error) => {
          if (!(error instanceof errors.OIDCProviderError)) throw error;
          sendPage(response, error.statusCode, errorPage('This sign-in is no longer valid. Go back and start again.'));
        });
        return true;
      }
      // The provider learns where it is mounted by comparing the two.
      Object.assign(request, { originalUrl: request.url, url: request.url?.slice(mountPath.length) || '/' });
      await answer(request, response);
      return true;
    },

    issueToken(user, { expiresInSeconds = ACCESS_TOKEN_SECONDS, ...claims } = {}) {
      const now = Math.floor(clock.now() / 1000);
      return new SignJWT({ ...userClaims(user), client_id: clientId, scope: 'email profile' })
        .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: keys.tokenKey.kid })
        .setIssuer(claims.issuer ?? issuer)
        .setAudience(claims.audience ?? audience)
        .setSubject(user.id)
        .setJti(randomUUID())
        .setIssuedAt(now)
        .setExpirationTime(now + expiresInSeconds)
        .sign(tokenKey);
    },
  };
}

/** Registered redirect URIs are compared as a whole; the web app returns to the page on which the sign-in began. */
function allowAnyPathOf(provider: Provider, webOrigins: readonly string[]): void {
  const isAllowed = (uri: string) => URL.canParse(uri) && webOrigins.includes(new URL(uri).origin);
  Object.assign(provider.Client.prototype, { redirectUriAllowed: isAllowed, postLogoutRedirectUriAllowed: isAllowed });
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html);
}
