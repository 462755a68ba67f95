// @module-tag two-regions
// @module-tag one-origin

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  cognitoIdentity,
  flatten,
  type Json,
  oidcIdentity,
  onlyResource,
  resourcesOf,
  synthesize,
} from '../synthesize.ts';

const template = synthesize();
const distribution: Json = onlyResource(template, 'AWS::CloudFront::Distribution').Properties.DistributionConfig;
const buckets = resourcesOf(template, 'AWS::S3::Bucket');
const siteBucketId = Object.keys(buckets).find((id) => id.startsWith('WebSite')) ?? '';
const deployments: Json[] = Object.values(resourcesOf(template, 'Custom::CDKBucketDeployment')).map(
  ({ Properties }) => Properties,
);

const originOf = (behavior: Json): Json => distribution.Origins.find(({ Id }: Json) => Id === behavior.TargetOriginId);

/** The headers that a behavior adds. */
function headersOf(from: typeof template, { ResponseHeadersPolicyId: id }: Json): Json {
  return resourcesOf(from, 'AWS::CloudFront::ResponseHeadersPolicy')[id.Ref].Properties.ResponseHeadersPolicyConfig;
}

/** The content security policy of a stage, by directive. */
function policyOf(from: typeof template): Record<string, string> {
  const { DefaultCacheBehavior: site } = onlyResource(from, 'AWS::CloudFront::Distribution').Properties
    .DistributionConfig;
  const config = headersOf(from, site);
  const policy = flatten(config.SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy);
  return Object.fromEntries(policy.split('; ').map((directive) => directive.split(/ (.*)/s).slice(0, 2)));
}

describe('the bucket of the site', () => {
  it('is never public, and encrypted', () => {
    const { Properties } = buckets[siteBucketId];
    expect(Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
    const [rule] = Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe('AES256');
  });

  it('takes only TLS, and lets only the distribution read', () => {
    const policies: Json[] = Object.values(resourcesOf(template, 'AWS::S3::BucketPolicy'));
    const policy = policies.find(({ Properties }) => Properties.Bucket.Ref === siteBucketId);
    const [tls, read, ...others] = policy.Properties.PolicyDocument.Statement;
    expect(others).toEqual([]);
    expect(tls).toMatchObject({
      Effect: 'Deny',
      Action: 's3:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(read).toMatchObject({
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:ListBucket'],
      Principal: { Service: 'cloudfront.amazonaws.com' },
    });
    expect(flatten(read.Condition.StringEquals['AWS:SourceArn'])).toMatch(/:distribution\/<WebSiteDistribution\w+>$/);
  });
});

describe('the distribution', () => {
  it('answers with files of the bucket, for which it signs', () => {
    const { DefaultCacheBehavior: site } = distribution;
    expect(site).toMatchObject({ AllowedMethods: ['GET', 'HEAD'], ViewerProtocolPolicy: 'redirect-to-https' });
    expect(originOf(site).DomainName['Fn::GetAtt']).toEqual([siteBucketId, 'RegionalDomainName']);
    const access = onlyResource(template, 'AWS::CloudFront::OriginAccessControl').Properties.OriginAccessControlConfig;
    expect(access).toMatchObject({ SigningBehavior: 'always', SigningProtocol: 'sigv4' });
    expect(originOf(site).OriginAccessControlId).toBeDefined();
  });

  it('hands everything below /v1/ to the API, as it came but for the host, and keeps nothing of it', () => {
    const [api, ...others] = distribution.CacheBehaviors;
    expect(others).toEqual([]);
    expect(api).toMatchObject({
      PathPattern: '/v1/*',
      ViewerProtocolPolicy: 'https-only',
      // Managed by AWS: CachingDisabled, and AllViewerExceptHostHeader, which includes Authorization.
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
    expect([...api.AllowedMethods].sort()).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);
    expect(flatten(originOf(api).DomainName)).toMatch(/^<ApiHttpApi\w+>\.execute-api\./);
    expect(originOf(api).CustomOriginConfig).toMatchObject({ OriginProtocolPolicy: 'https-only' });
  });

  it('adds to answers of the API what browsers heed, and replaces nothing of them', () => {
    expect(headersOf(template, distribution.CacheBehaviors[0])).toMatchObject({
      SecurityHeadersConfig: {
        ContentTypeOptions: { Override: false },
        ReferrerPolicy: { Override: false, ReferrerPolicy: 'no-referrer' },
        StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true, Override: false },
      },
    });
  });

  it('leaves the API its own answers: no error is replaced by a page', () => {
    expect(distribution.CustomErrorResponses).toBeUndefined();
  });

  it('has an own domain where the stage has a certificate for it, and then no old TLS', () => {
    expect(distribution.Aliases).toBeUndefined();
    const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/0a1b';
    const own = synthesize({ stage: 'prod', config: { webUrl: 'https://reports.example.com', certificateArn } });
    const { DistributionConfig } = onlyResource(own, 'AWS::CloudFront::Distribution').Properties;
    expect(DistributionConfig).toMatchObject({
      // The host of the address that is given, or given anew, when the stack is deployed.
      Aliases: [{ 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'WebUrl' }] }] }],
      ViewerCertificate: { AcmCertificateArn: certificateArn, MinimumProtocolVersion: 'TLSv1.2_2021' },
    });
  });
});

describe('the function before each request for a page', () => {
  const { FunctionCode: code } = onlyResource(template, 'AWS::CloudFront::Function').Properties;
  const handler = new Function(`${code}; return handler;`)() as (event: Json) => Json;
  const goesTo = (uri: string) => handler({ request: { method: 'GET', uri } }).uri;

  it.each([
    '/',
    '/signed-in',
    '/exports/exp_1',
    '/events/1003/reports/new',
    // A token of a mailed link.
    '/download/eyJhIjoiYiJ9.c2lnbmF0dXJl',
    '/assets/',
    '/assets',
    '/download/a.js',
  ])('%s: the page', (uri) => expect(goesTo(uri)).toBe('/index.html'));

  it.each(['/index.html', '/config.json', '/favicon.svg', '/assets/index-B2x.js', '/assets/gone.css'])(
    '%s: the file',
    (uri) => expect(goesTo(uri)).toBe(uri),
  );

  it('is that of the file, published', () => {
    expect(code).toBe(readFileSync('lib/web-site/find-page.js', 'utf8'));
    expect(onlyResource(template, 'AWS::CloudFront::Function').Properties.AutoPublish).toBe(true);
  });
});

describe('every file of the site', () => {
  const headers = headersOf(template, distribution.DefaultCacheBehavior);

  it('comes with a policy under which only the site’s own scripts run, and nobody frames it', () => {
    expect(policyOf(template)).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data:",
      'font-src': "'self'",
      'connect-src': expect.stringMatching(/^'self' /),
      'manifest-src': "'self'",
      'base-uri': "'none'",
      'form-action': expect.stringMatching(/^'self' /),
      'frame-ancestors': "'none'",
    });
  });

  it('may call the identity provider: the origin of its issuer, and others that the stage names', () => {
    // The issuer's scheme and host, taken from it when the stack is deployed.
    const issuerOrigin =
      '{"Fn::Select":[0,{"Fn::Split":["/",{"Ref":"OidcIssuer"}]}]}//{"Fn::Select":[2,{"Fn::Split":["/",{"Ref":"OidcIssuer"}]}]}';
    expect(policyOf(template)['connect-src']).toBe(`'self' ${issuerOrigin}`);
    const endpointOrigins = ['https://login.example.com'];
    const other = synthesize({ config: { identity: { ...oidcIdentity, endpointOrigins } } });
    expect(policyOf(other)['connect-src']).toBe(`'self' ${issuerOrigin} ${endpointOrigins[0]}`);
    expect(policyOf(other)['form-action']).toBe(policyOf(other)['connect-src']);
  });

  it('may call a user pool at its issuer, and at its sign-in page', () => {
    const { 'connect-src': connect } = policyOf(synthesize({ config: { identity: cognitoIdentity } }));
    expect(connect).toMatch(
      /^'self' .*"IdentityProviderPool\w+","ProviderURL".* https:\/\/<IdentityProviderPoolDomain\w+>\.auth\.<AWS::Region>\.amazoncognito\.com$/,
    );
  });

  it('comes with the other headers that browsers heed', () => {
    expect(headers.SecurityHeadersConfig).toMatchObject({
      ContentTypeOptions: { Override: true },
      ReferrerPolicy: { Override: true, ReferrerPolicy: 'no-referrer' },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 31_536_000, IncludeSubdomains: true, Override: true },
    });
    expect(headers.CustomHeadersConfig.Items).toMatchObject([{ Header: 'permissions-policy', Override: true }]);
  });

  it('is put there by a deployment, which leaves those of the version before', () => {
    expect(deployments).toHaveLength(2);
    for (const { DestinationBucketName, Prune } of deployments) {
      expect([DestinationBucketName.Ref, Prune]).toEqual([siteBucketId, false]);
    }
  });

  it('is kept for a year if its name has a hash, else not at all', () => {
    const policies = deployments.map((one) => [one.DestinationBucketKeyPrefix, one.SystemMetadata['cache-control']]);
    expect(Object.fromEntries(policies)).toEqual({
      assets: 'public, max-age=31536000, immutable',
      undefined: 'no-cache',
    });
  });

  it('is there before the page that names it', () => {
    const all = Object.entries<Json>(template.toJSON().Resources);
    const [assets] = all.find(([, { Properties }]) => Properties?.DestinationBucketKeyPrefix === 'assets') ?? [];
    const page = all.find(
      ([, { Type, Properties }]) => Type === 'Custom::CDKBucketDeployment' && !Properties.DestinationBucketKeyPrefix,
    );
    expect(page?.[1].DependsOn).toContain(assets);
  });
});

describe('the address of the report center', () => {
  it('is the configured one, or else the distribution’s own', () => {
    const { Outputs: configured } = template.toJSON();
    expect(configured.ReportCenterUrl.Value).toEqual({ Ref: 'WebUrl' });
    const { Outputs: own } = synthesize({ stage: 'dev' }).toJSON();
    expect(flatten(own.ReportCenterUrl.Value)).toMatch(/^https:\/\/<WebSiteDistribution\w+\.DomainName>$/);
  });
});

describe('names that are those of the whole AWS account', () => {
  /** What CloudFront knows by name, with the name and its longest length. */
  function globalNames(from: Json): [string, string, number][] {
    const named: Record<string, [(properties: Json) => Json, number]> = {
      'AWS::CloudFront::Function': [({ Name }) => Name, 64],
      'AWS::CloudFront::OriginAccessControl': [(properties) => properties.OriginAccessControlConfig.Name, 64],
      'AWS::CloudFront::ResponseHeadersPolicy': [(properties) => properties.ResponseHeadersPolicyConfig.Name, 128],
    };
    return Object.entries<Json>(from.Resources).flatMap(([id, { Type, Properties }]) => {
      const [nameOf, maxLength] = named[Type] ?? [];
      return nameOf && maxLength ? [[id, flatten(nameOf(Properties)), maxLength] as [string, string, number]] : [];
    });
  }
  const withoutRegion = (names: [string, string, number][]) =>
    names.filter(([, name]) => !name.includes('<AWS::Region>'));

  it('have the region in them, so that a second one has room for the same stack', () => {
    const names = globalNames(template.toJSON());
    expect(names).toHaveLength(4);
    expect(withoutRegion(names)).toEqual([]);
    expect(new Set(names.map(([, name]) => name)).size).toBe(names.length);
    for (const [id, name, maxLength] of names) {
      expect(name.replace('<AWS::Region>', 'ap-southeast-2').length, id).toBeLessThanOrEqual(maxLength);
    }
  });

  it('would be found without it', () => {
    const changed = template.toJSON();
    const [id = ''] = Object.keys(resourcesOf(template, 'AWS::CloudFront::OriginAccessControl'));
    changed.Resources[id].Properties.OriginAccessControlConfig.Name = 'WaybillBucketAccess';
    expect(withoutRegion(globalNames(changed))).toEqual([[id, 'WaybillBucketAccess', 64]]);
  });
});
