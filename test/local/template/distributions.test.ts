// @module-tag unknown-to-the-local-cloud
// @module-tag one-origin

import { beforeAll, describe, expect, test } from 'vitest';
import { type LocalPlan, planFromTemplate } from '../../../local/template/local-plan.ts';
import { type Json, writeStack } from '../../lib/synthesize.ts';

let template: Json;
let directory: string;

beforeAll(() => {
  ({ template, directory } = writeStack());
});

/** The plan of the stack, with the first resource of a type changed. */
function planned(type?: string, change: (properties: Json) => void = () => {}): LocalPlan {
  const changed = structuredClone(template);
  const resource = Object.values<Json>(changed.Resources).find(({ Type }) => Type === type);
  if (resource) change(resource.Properties);
  return planFromTemplate(changed, directory, {
    parameters: { OidcIssuer: 'http://127.0.0.1:4711/oidc', WebUrl: 'http://127.0.0.1:4711' },
  });
}

describe('the report center of the stack', () => {
  test('is planned: the API below /v1/, and for everything else the site', () => {
    const plan = planned();
    const [{ behaviors, defaultRootObject } = { behaviors: [] }] = plan.distributions;
    expect(defaultRootObject).toBe('index.html');
    const bucketName = plan.bucketDeployments[0]?.bucketName;
    expect(behaviors).toMatchObject([
      { pathPattern: '/v1/*', origin: { kind: 'api', apiId: plan.httpApis[0]?.id } },
      {
        pathPattern: '*',
        methods: ['GET', 'HEAD'],
        origin: { kind: 'bucket', bucketName, allowedActions: ['s3:GetObject', 's3:ListBucket'] },
        viewerRequestCode: expect.stringContaining('function handler(event)'),
      },
    ]);
  });

  test('has the headers of its policy, with the issuer’s origin', () => {
    const [, site] = planned().distributions[0]?.behaviors ?? [];
    const headers = Object.fromEntries(site?.responseHeaders.map(({ name, value }) => [name, value]) ?? []);
    expect(Object.keys(headers)).toEqual([
      'content-security-policy',
      'strict-transport-security',
      'x-content-type-options',
      'referrer-policy',
      'permissions-policy',
    ]);
    expect(headers['content-security-policy']).toContain("connect-src 'self' http://127.0.0.1:4711;");
    expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
  });

  test('has headers for the API, which the API may say better', () => {
    const [api] = planned().distributions[0]?.behaviors ?? [];
    expect(api?.responseHeaders).toEqual([
      { name: 'strict-transport-security', value: 'max-age=31536000; includeSubDomains', override: false },
      { name: 'x-content-type-options', value: 'nosniff', override: false },
      { name: 'referrer-policy', value: 'no-referrer', override: false },
    ]);
  });

  test('has its files, and what stands for the issuer in config.json', () => {
    const { bucketDeployments, functions } = planned();
    expect(bucketDeployments).toMatchObject([
      { keyPrefix: 'assets/', cacheControl: 'public, max-age=31536000, immutable', sources: [{ markers: {} }] },
      {
        keyPrefix: '',
        cacheControl: 'no-cache',
        sources: [
          { markers: {} },
          { markers: { '<<marker:0xbaba:0>>': 'http://127.0.0.1:4711/oidc' }, escapeJson: true },
        ],
      },
    ]);
    expect(functions.filter(({ logicalId }) => logicalId.includes('BucketDeployment'))).toEqual([]);
  });
});

describe('what would be otherwise on AWS stops the start', () => {
  test.each<[string, (config: Json) => void, string]>([
    [
      'pages in place of errors',
      (config) => {
        config.CustomErrorResponses = [{ ErrorCode: 404, ResponsePagePath: '/index.html', ResponseCode: 200 }];
      },
      'CustomErrorResponses: the property is not known',
    ],
    [
      'an API without its headers',
      (config) => {
        delete config.CacheBehaviors[0].OriginRequestPolicyId;
      },
      'an API must be sent all headers',
    ],
    [
      'answers of an API that are cached',
      (config) => {
        config.CacheBehaviors[0].CachePolicyId = config.DefaultCacheBehavior.CachePolicyId;
      },
      'answers of an API must not be cached',
    ],
    [
      'headers that take the place of an API’s own',
      (config) => {
        config.CacheBehaviors[0].ResponseHeadersPolicyId = config.DefaultCacheBehavior.ResponseHeadersPolicyId;
      },
      'must not override what an API answers itself',
    ],
    [
      'a bucket that is asked without a signature',
      (config) => {
        delete config.Origins[0].OriginAccessControlId;
      },
      'DistributionConfig.Origins.0',
    ],
    [
      'an origin of somebody else',
      (config) => {
        config.Origins[1].DomainName = 'api.example.com';
      },
      'no bucket or API of the template is at api.example.com',
    ],
  ])('%s', (_, change, message) => {
    const changed = () =>
      planned('AWS::CloudFront::Distribution', ({ DistributionConfig }) => change(DistributionConfig));
    expect(changed).toThrow(message);
  });

  test.each<[string, string, (properties: Json) => void, string]>([
    [
      'another runtime',
      'AWS::CloudFront::Function',
      (properties) => {
        properties.FunctionConfig.Runtime = 'cloudfront-js-1.0';
      },
      'FunctionConfig.Runtime',
    ],
    [
      'headers for other origins',
      'AWS::CloudFront::ResponseHeadersPolicy',
      (properties) => {
        properties.ResponseHeadersPolicyConfig.CorsConfig = {};
      },
      'CorsConfig: the property is not known',
    ],
    [
      'files that are removed',
      'Custom::CDKBucketDeployment',
      (properties) => {
        properties.Prune = true;
      },
      'Prune: files that are no longer in a source stay',
    ],
  ])('%s', (_, type, change, message) => {
    expect(() => planned(type, change)).toThrow(message);
  });

  test('a grant to the distribution that is taken away is no grant here either', () => {
    const changed = structuredClone(template);
    const policy = Object.values<Json>(changed.Resources).find(
      ({ Type, Properties }) =>
        Type === 'AWS::S3::BucketPolicy' &&
        Properties.PolicyDocument.Statement.at(-1).Principal.Service === 'cloudfront.amazonaws.com',
    );
    policy.Properties.PolicyDocument.Statement.pop();
    const [, site] = planFromTemplate(changed, directory).distributions[0]?.behaviors ?? [];
    expect(site?.origin).toMatchObject({ allowedActions: [] });
    policy.Properties.PolicyDocument.Statement.push({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Resource: '*',
    });
    expect(() => planFromTemplate(changed, directory)).toThrow('the statement is not known');
  });
});
