import * as z from 'zod';
import { membershipSources } from '../../core/contract/env.ts';
import { origins, text, textThat } from './fields.ts';

/** A session is renewed by a refresh token, for which providers want `offline_access`. */
const defaultScope = 'openid email profile offline_access';

const originFix =
  "must be a list of the origins, https://host, at which the identity provider has endpoints besides its issuer's own";

/** Cognito refuses prefixes with these words. @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html */
const reservedByCognito = /aws|amazon|cognito/;

const domainPrefixFix =
  'must be what the address of the sign-in page begins with, which nobody else may have in the region: 1 to 63 lower ' +
  'case letters, digits and hyphens, without the words aws, amazon and cognito';

const cognitoIdentity = z.strictObject({
  kind: z.literal('cognito'),
  mfa: z.enum(
    ['optional', 'required'],
    'must say whether people need an authenticator app to sign in: "optional" or "required"',
  ),
  /** @default waybill-STAGE-ACCOUNT, with the number of the AWS account */
  domainPrefix: z
    .string(domainPrefixFix)
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, domainPrefixFix)
    .refine((prefix) => !reservedByCognito.test(prefix), domainPrefixFix)
    .optional(),
  memberships: z
    .literal('stored', 'must be "stored" or left out: tokens of Cognito name the account, and no role')
    .default('stored'),
});

const oidcIdentity = z.strictObject({
  kind: z.literal('oidc'),
  issuer: textThat(URL.canParse, 'must be the URL in the "iss" claim of your identity provider\'s tokens'),
  audience: text('must be the value in the "aud" claim of tokens meant for Waybill'),
  clientId: text('must be the id under which the identity provider knows the report center'),
  scope: text('must be the scopes the report center asks for, separated by spaces').default(defaultScope),
  /** e.g. the domain of a user pool of your own, which has the token endpoint. */
  endpointOrigins: origins(originFix),
  memberships: z
    .enum(
      membershipSources,
      'must be "stored", for members managed by PUT /v1/members, or "claims", for what tokens say of their holders',
    )
    .default('stored'),
});

/** Where people sign in. */
export const identity = z.discriminatedUnion('kind', [cognitoIdentity, oidcIdentity], {
  error:
    'must be { "kind": "cognito", ... }, a user pool that Waybill brings, or { "kind": "oidc", ... }, an identity ' +
    'provider that is yours',
});
