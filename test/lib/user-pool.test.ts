// @module-tag user-pools

import { describe, expect, it } from 'vitest';
import { flatten, type Json, onlyResource, resourcesOf, synthesize } from './synthesize.ts';

const dev = synthesize({ stage: 'dev' });
/** As strict as it gets, at an address of its own. */
const prod = synthesize({
  stage: 'prod',
  config: {
    webUrl: 'https://reports.example.com',
    identity: { kind: 'cognito', mfa: 'required', domainPrefix: 'acme-exports', memberships: 'stored' },
  },
});
const pool = onlyResource(dev, 'AWS::Cognito::UserPool').Properties;
const client = onlyResource(dev, 'AWS::Cognito::UserPoolClient').Properties;

/** What in a client lets somebody else than the report center's own page sign in, or people change what they are. */
function mistakesIn({
  GenerateSecret,
  AllowedOAuthFlows,
  ExplicitAuthFlows,
  WriteAttributes,
  ...others
}: Json): string[] {
  return [
    GenerateSecret && 'a secret that a page cannot keep',
    AllowedOAuthFlows.join() !== 'code' && 'a flow without a code',
    ExplicitAuthFlows.some((flow: string) => /PASSWORD/.test(flow)) && 'passwords that leave the sign-in page',
    ExplicitAuthFlows.includes('ALLOW_REFRESH_TOKEN_AUTH') && 'a way around the rotation of refresh tokens',
    others.RefreshTokenRotation?.Feature !== 'ENABLED' && 'refresh tokens that serve for ever',
    WriteAttributes.includes('custom:account_id') && 'people who choose their account',
  ].filter((mistake) => mistake !== false && mistake !== undefined);
}

describe('the people of the user pool', () => {
  it('are invited, by an address that is theirs', () => {
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
    });
  });

  it('have passwords that are hard to guess', () => {
    expect(pool.Policies.PasswordPolicy).toMatchObject({
      MinimumLength: 12,
      RequireLowercase: true,
      RequireUppercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
    });
  });

  it('may have an authenticator app, and must where the stage says so; never codes by SMS', () => {
    const mfaOf = (template: typeof dev) => onlyResource(template, 'AWS::Cognito::UserPool').Properties;
    expect(mfaOf(dev)).toMatchObject({ MfaConfiguration: 'OPTIONAL', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] });
    expect(mfaOf(prod)).toMatchObject({ MfaConfiguration: 'ON', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] });
  });

  it('stay when the stack goes, where data does', () => {
    const keptBy = (template: typeof dev) => {
      const { DeletionPolicy, Properties } = onlyResource(template, 'AWS::Cognito::UserPool');
      return [DeletionPolicy, Properties.DeletionProtection];
    };
    expect(keptBy(dev)).toEqual(['Delete', 'INACTIVE']);
    expect(keptBy(prod)).toEqual(['Retain', 'ACTIVE']);
  });
});

describe('the client of the report center', () => {
  it('is a page: code flow without a secret, refresh tokens that are replaced, and the account out of reach', () => {
    expect(mistakesIn(client)).toEqual([]);
    expect(client).toMatchObject({
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      PreventUserExistenceErrors: 'ENABLED',
      SupportedIdentityProviders: ['COGNITO'],
    });
  });

  it.each<[string, Json]>([
    ['a secret that a page cannot keep', { GenerateSecret: true }],
    ['a flow without a code', { AllowedOAuthFlows: ['code', 'implicit'] }],
    ['passwords that leave the sign-in page', { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] }],
    ['a way around the rotation of refresh tokens', { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] }],
    ['refresh tokens that serve for ever', { RefreshTokenRotation: undefined }],
    ['people who choose their account', { WriteAttributes: ['email', 'custom:account_id'] }],
  ])('would be found with %s', (mistake, change) => {
    expect(mistakesIn({ ...client, ...change })).toEqual([mistake]);
  });

  it('sends people back to the report center alone: to the distribution, or to the stage’s own address', () => {
    const returnsOf = (template: typeof dev) => {
      const { CallbackURLs, LogoutURLs } = onlyResource(template, 'AWS::Cognito::UserPoolClient').Properties;
      return [...CallbackURLs, ...LogoutURLs].map(flatten);
    };
    const distribution = expect.stringMatching(/^https:\/\/<WebSiteDistribution\w+\.DomainName>\/signed-(in|out)$/);
    expect(returnsOf(dev)).toEqual([distribution, distribution]);
    expect(returnsOf(prod)).toEqual(['<WebUrl>/signed-in', '<WebUrl>/signed-out']);
  });
});

describe('tokens of the user pool', () => {
  it('are accepted for the client’s id, which access tokens have in place of an audience', () => {
    const { JwtConfiguration: jwt } = onlyResource(dev, 'AWS::ApiGatewayV2::Authorizer').Properties;
    const [clientId] = Object.keys(resourcesOf(dev, 'AWS::Cognito::UserPoolClient'));
    const [poolId] = Object.keys(resourcesOf(dev, 'AWS::Cognito::UserPool'));
    expect(jwt).toEqual({ Audience: [{ Ref: clientId }], Issuer: { 'Fn::GetAtt': [poolId, 'ProviderURL'] } });
  });

  it('name the account: by a function that is called for access tokens too, which the cheapest plan does not have', () => {
    expect(pool.UserPoolTier).toBe('ESSENTIALS');
    expect(pool.Schema).toContainEqual(expect.objectContaining({ Name: 'account_id', AttributeDataType: 'String' }));
    const { LambdaArn, LambdaVersion } = pool.LambdaConfig.PreTokenGenerationConfig;
    expect(LambdaVersion).toBe('V2_0');
    const { Properties } = resourcesOf(dev, 'AWS::Lambda::Function')[LambdaArn['Fn::GetAtt'][0]];
    expect(Properties).toMatchObject({ Description: 'Waybill add-account-claim', Timeout: 5 });
  });
});

describe('the sign-in page', () => {
  const domainOf = (template: typeof dev) => onlyResource(template, 'AWS::Cognito::UserPoolDomain').Properties;

  it('has an address that no other AWS account has, or the one that the stage names', () => {
    expect(flatten(domainOf(dev).Domain)).toBe('waybill-dev-<AWS::AccountId>');
    expect(domainOf(prod).Domain).toBe('acme-exports');
  });

  it('has a style for the client, without which it is not shown', () => {
    expect(domainOf(dev).ManagedLoginVersion).toBe(2);
    const [clientId] = Object.keys(resourcesOf(dev, 'AWS::Cognito::UserPoolClient'));
    expect(onlyResource(dev, 'AWS::Cognito::ManagedLoginBranding').Properties).toMatchObject({
      ClientId: { Ref: clientId },
      UseCognitoProvidedValues: true,
    });
  });

  it('is told to the report center, with where to leave by', () => {
    const deployments: Json[] = Object.values(resourcesOf(dev, 'Custom::CDKBucketDeployment'));
    const told = deployments.flatMap(({ Properties }) => (Properties.SourceMarkers ?? []).flatMap(Object.values));
    const [clientId] = Object.keys(resourcesOf(dev, 'AWS::Cognito::UserPoolClient'));
    const [domainId] = Object.keys(resourcesOf(dev, 'AWS::Cognito::UserPoolDomain'));
    expect(told).toEqual(expect.arrayContaining([{ Ref: clientId }, { Ref: domainId }]));
  });
});
