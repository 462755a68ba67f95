import { CfnParameter } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { StageConfig } from './config.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { originOf } from './origin-of.ts';

export interface OidcProviderProps {
  readonly identity: Extract<StageConfig['identity'], { kind: 'oidc' }>;
}

/** An identity provider that is there already; it has to know the report center's address by itself. */
export class OidcProvider extends Construct implements IdentityProvider {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly scope: string;
  readonly origins: readonly string[];

  constructor(scope: Construct, id: string, { identity }: OidcProviderProps) {
    super(scope, id);
    const parameter = new CfnParameter(this, 'Issuer', {
      description: 'The identity provider whose tokens are accepted',
      default: identity.issuer,
    });
    parameter.overrideLogicalId('OidcIssuer');
    this.issuer = parameter.valueAsString;
    this.audience = identity.audience;
    this.clientId = identity.clientId;
    this.scope = identity.scope;
    this.origins = [originOf(this.issuer), ...identity.endpointOrigins];
  }

  sendPeopleBackTo(): void {}
}
