import type { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { OidcProvider } from './oidc-provider.ts';
import { UserPool } from './user-pool.ts';

/** Whose tokens the API accepts, and where the report center signs people in. */
export interface IdentityProvider {
  readonly issuer: string;
  /** What tokens that are meant for Waybill name: in `aud`, or in `client_id` where there is no `aud`. */
  readonly audience: string;
  /** How it knows the report center. */
  readonly clientId: string;
  /** The scopes the report center asks for, separated by spaces. */
  readonly scope: string;
  /** Where browsers may send what belongs to a sign-in: the issuer's origin, and those of its other endpoints. */
  readonly origins: readonly string[];
  /** Where people leave. @default what the issuer's own description says */
  readonly endSessionUrl?: string;
  /** Of the user pool, if it is one. */
  readonly userPoolId?: string;
  /**
   * Says where it sends people back to: below the report center, which may lie behind what needs this provider.
   * @param webUrl without a slash at the end
   */
  sendPeopleBackTo(webUrl: string): void;
}

/** The identity provider that the stage names. */
export function createIdentityProvider(scope: Construct, id: string, deployment: Deployment): IdentityProvider {
  const { identity } = deployment.config;
  return identity.kind === 'cognito' ? new UserPool(scope, id, { deployment, identity }) : new OidcProvider(identity);
}
