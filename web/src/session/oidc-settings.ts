import type { OidcClientSettings, SignoutRedirectArgs } from 'oidc-client-ts';
import type { WebConfig } from '../config.ts';
import { CALLBACK_PATH, SIGNED_OUT_PATH } from './sign-in-paths.ts';

/** Longer than a sign-in page lies open over night: what is older has no one who comes back to it. */
const STATE_KEPT_SECONDS = 86_400;

/** How this site talks to the identity provider. @param origin of this site */
export function oidcSettings({ issuer, clientId, scope, endSessionUrl }: WebConfig, origin: string) {
  return {
    authority: issuer,
    client_id: clientId,
    redirect_uri: `${origin}${CALLBACK_PATH}`,
    post_logout_redirect_uri: `${origin}${SIGNED_OUT_PATH}`,
    response_type: 'code',
    scope,
    staleStateAgeInSeconds: STATE_KEPT_SECONDS,
    loadUserInfo: false,
    ...(endSessionUrl !== undefined && { metadataSeed: { end_session_endpoint: endSessionUrl } }),
  } satisfies OidcClientSettings;
}

/**
 * What the place to leave by is told besides what the standard has: Amazon Cognito asks for these two.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
export function signOutArguments({ clientId }: WebConfig, origin: string): SignoutRedirectArgs {
  return { extraQueryParams: { client_id: clientId, logout_uri: `${origin}${SIGNED_OUT_PATH}` } };
}
