import { Duration } from 'aws-cdk-lib';
import {
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { IdentityProvider } from '../identity-provider.ts';

/** What the app does without, so that a script that is not its own does too. */
const permissionsPolicy = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');

const YEAR = Duration.days(365);

export interface WebSiteHeadersProps {
  readonly identity: IdentityProvider;
}

/** The headers with which every file of the report center is answered. */
export class WebSiteHeaders extends Construct {
  readonly policy: ResponseHeadersPolicy;

  constructor(scope: Construct, id: string, { identity }: WebSiteHeadersProps) {
    super(scope, id);
    const securityHeadersBehavior: ResponseSecurityHeadersBehavior = {
      contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(identity.origins), override: true },
      strictTransportSecurity: { accessControlMaxAge: YEAR, includeSubdomains: true, override: true },
      contentTypeOptions: { override: true },
      // Addresses name exports, and those of mailed links hold their tokens.
      referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
    };
    this.policy = new ResponseHeadersPolicy(this, 'Policy', {
      comment: 'Waybill: the report center',
      securityHeadersBehavior,
      customHeadersBehavior: {
        customHeaders: [{ header: 'permissions-policy', value: permissionsPolicy, override: true }],
      },
    });
  }
}

/** Nothing but what the site itself has; beyond it, requests to the API in front of it and to the identity provider. */
function contentSecurityPolicy(identityOrigins: readonly string[]): string {
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...identityOrigins],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'", ...identityOrigins],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ');
}
