import { Fn } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

export interface IdentityProviderProps {
  readonly deployment: Deployment;
}

/** Whose tokens the API accepts, and where the report center signs people in. */
export class IdentityProvider extends Construct {
  readonly issuer: string;
  /** Where browsers may send what belongs to a sign-in: the issuer's origin, and those of its other endpoints. */
  readonly origins: readonly string[];

  constructor(scope: Construct, id: string, { deployment }: IdentityProviderProps) {
    super(scope, id);
    const { issuer, endpointOrigins } = deployment.config.identity;
    this.issuer = issuer;
    this.origins = [originOf(this.issuer), ...endpointOrigins];
  }
}

/** `https://host` of `https://host/path`, also of a value that is known only when the stack is deployed. */
function originOf(url: string): string {
  const parts = Fn.split('/', url);
  return Fn.join('//', [Fn.select(0, parts), Fn.select(2, parts)]);
}
