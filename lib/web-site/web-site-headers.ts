import { Duration } from 'aws-cdk-lib';
import {
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from 'aws-cdk-lib/aws-cloudfront';
import { Construct } from 'constructs';
import type { IdentityProvider } from '../identity-provider.ts';
import { globalName } from './global-name.ts';

/** What the app does without, so that a script that is not its own does too. */
const permissionsPolicy = ['camera', 'display-capture', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');

const YEAR = Duration.days(365);

export interface WebSiteHeadersProps {
  readonly identity: IdentityProvider;
}

/** The headers that are added to answers. */
export class WebSiteHeaders extends Construct {
  /** For every file of the report center. */
  readonly policy: ResponseHeadersPolicy;
  /** For the API below `/v1/`. */
  readonly ofApi: ResponseHeadersPolicy;

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
      responseHeadersPolicyName: globalName(this, 128),
      comment: 'Waybill: the report center',
      securityHeadersBehavior,
      customHeadersBehavior: {
        customHeaders: [{ header: 'permissions-policy', value: permissionsPolicy, override: true }],
      },
    });
    this.ofApi = new ResponseHeadersPolicy(this, 'ApiPolicy', {
      responseHeadersPolicyName: `${globalName(this, 124)}-api`,
      comment: 'Waybill: the API behind the report center',
      // What the API says by itself stays.
      securityHeadersBehavior: {
        strictTransportSecurity: { accessControlMaxAge: YEAR, includeSubdomains: true, override: false },
        contentTypeOptions: { override: false },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: false },
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
