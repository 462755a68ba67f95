import type { WaybillConfig } from './config/config.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { originOf } from './origin-of.ts';

/** An identity provider that is there already; it has to know the report center's address by itself. */
export class OidcProvider implements IdentityProvider {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly scope: string;
  readonly origins: readonly string[];

  constructor(identity: Extract<WaybillConfig['identity'], { kind: 'oidc' }>) {
    this.issuer = identity.issuer;
    this.audience = identity.audience;
    this.clientId = identity.clientId;
    this.scope = identity.scope;
    this.origins = [originOf(this.issuer), ...identity.endpointOrigins];
  }

  sendPeopleBackTo(): void {}
}
