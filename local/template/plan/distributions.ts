import * as z from 'zod';
import { REGION } from '../physical-ids.ts';
import { boolean, commonProperties, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { collectProblems, type Place, problem } from '../template-error.ts';
import type { BucketGrant } from './bucket-policies.ts';
import { planResponseHeaders, type ResponseHeader } from './response-headers.ts';

/** Where a behavior gets its answers from. */
export type OriginPlan =
  | {
      readonly kind: 'bucket';
      readonly bucketName: string;
      /** Actions that the bucket's policy allows the distribution. */
      readonly allowedActions: readonly string[];
    }
  | { readonly kind: 'api'; readonly apiId: string };

/** What happens to the requests whose path matches. */
export interface BehaviorPlan {
  /** `*` and `?` stand for any characters, and for any one. */
  readonly pathPattern: string;
  readonly methods: readonly string[];
  readonly origin: OriginPlan;
  /** The code of a CloudFront Function that each request goes through first. */
  readonly viewerRequestCode?: string;
  readonly responseHeaders: readonly ResponseHeader[];
}

/** A CloudFront distribution. */
export interface DistributionPlan {
  readonly logicalId: string;
  /** What is served at `/`. */
  readonly defaultRootObject: string;
  /** The first that matches is the one; the last matches everything. */
  readonly behaviors: readonly BehaviorPlan[];
}

/** Policies that AWS manages, which are known by the same ids everywhere. */
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const behavior = z.strictObject({
  AllowedMethods: z.array(text).default(['GET', 'HEAD']),
  CachePolicyId: z.enum([CACHING_OPTIMIZED, CACHING_DISABLED], 'only these two managed policies are known'),
  Compress: irrelevant('nothing is won over the loopback interface'),
  FunctionAssociations: z
    .tuple([z.strictObject({ EventType: z.literal('viewer-request'), FunctionARN: text })])
    .optional(),
  OriginRequestPolicyId: z.literal(ALL_VIEWER_EXCEPT_HOST_HEADER).optional(),
  ResponseHeadersPolicyId: text.optional(),
  TargetOriginId: text,
  ViewerProtocolPolicy: irrelevant('the loopback interface needs no TLS'),
});

type Behavior = z.output<typeof behavior>;

const bucketOrigin = z.strictObject({
  DomainName: text,
  Id: text,
  OriginAccessControlId: text.min(1, 'without it, requests to the bucket are not signed'),
  S3OriginConfig: z.strictObject({ OriginAccessIdentity: z.literal('') }),
});

const apiOrigin = z.strictObject({
  CustomOriginConfig: irrelevant('how the connection to it is made'),
  DomainName: text,
  Id: text,
});

const schema = z.strictObject({
  ...commonProperties,
  DistributionConfig: z.strictObject({
    Aliases: irrelevant('there is only one address here'),
    CacheBehaviors: z.array(behavior.extend({ PathPattern: text })).default([]),
    Comment: irrelevant('for people'),
    DefaultCacheBehavior: behavior,
    DefaultRootObject: text.default(''),
    Enabled: boolean.pipe(z.literal(true)),
    HttpVersion: irrelevant('how connections are made'),
    IPV6Enabled: irrelevant('how connections are made'),
    Origins: z.array(z.union([bucketOrigin, apiOrigin])),
    ViewerCertificate: irrelevant('the loopback interface needs no TLS'),
  }),
});

const functionSchema = z.strictObject({
  AutoPublish: z.literal(true, 'a function that is not published does not run'),
  FunctionCode: text,
  FunctionConfig: z.strictObject({ Comment: irrelevant('for people'), Runtime: z.literal('cloudfront-js-2.0') }),
  Name: irrelevant('read through the ARN'),
});

/** The resources of all distributions of a template, and what they are in front of. */
export interface DistributionResources {
  readonly distributions: readonly ResolvedResource[];
  readonly functions: readonly ResolvedResource[];
  readonly responseHeaders: readonly ResolvedResource[];
  readonly buckets: readonly ResolvedResource[];
  readonly apis: readonly ResolvedResource[];
  readonly grants: readonly BucketGrant[];
}

/** Plans every `AWS::CloudFront::Distribution`, with its functions and headers. @throws TemplateError */
export function planDistributions(resources: DistributionResources): DistributionPlan[] {
  const functions = new Map(
    collectProblems(resources.functions, (r) => [r.attribute('FunctionARN'), readProperties(r, functionSchema)]),
  );
  const headers = new Map(collectProblems(resources.responseHeaders, (r) => [r.ref(), planResponseHeaders(r)]));

  function planBehavior(from: Behavior, pathPattern: string, origin: OriginPlan, place: Place): BehaviorPlan {
    const { FunctionAssociations: associations, ResponseHeadersPolicyId: policyId } = from;
    const code = associations && functions.get(associations[0].FunctionARN)?.FunctionCode;
    if (associations && code === undefined) throw problem(place, 'its function is not known');
    const responseHeaders = policyId === undefined ? [] : headers.get(policyId);
    if (responseHeaders === undefined) throw problem(place, 'its response headers policy is not known');
    if (origin.kind === 'api') refuseChangesToApi(from, responseHeaders, place);
    return {
      pathPattern,
      methods: from.AllowedMethods,
      origin,
      ...(code !== undefined && { viewerRequestCode: code }),
      responseHeaders,
    };
  }

  return collectProblems(resources.distributions, (resource) => {
    const { DistributionConfig: config } = readProperties(resource, schema);
    const place = { ...resource, path: 'Properties.DistributionConfig' };
    const origins = new Map(config.Origins.map((origin) => [origin.Id, planOrigin(origin, resource, resources)]));
    const read = (from: Behavior, pathPattern: string) => {
      const origin = origins.get(from.TargetOriginId);
      if (origin === undefined) throw problem(place, `the origin of ${pathPattern} is not known`);
      return planBehavior(from, pathPattern, origin, place);
    };
    return {
      logicalId: resource.logicalId,
      defaultRootObject: config.DefaultRootObject,
      behaviors: [
        ...config.CacheBehaviors.map((one) => read(one, one.PathPattern)),
        read(config.DefaultCacheBehavior, '*'),
      ],
    };
  });
}

function planOrigin(
  origin: z.output<typeof bucketOrigin> | z.output<typeof apiOrigin>,
  distribution: ResolvedResource,
  { buckets, apis, grants }: DistributionResources,
): OriginPlan {
  if ('S3OriginConfig' in origin) {
    const bucket = buckets.find((one) => one.attribute('RegionalDomainName') === origin.DomainName);
    if (bucket) {
      const mine = grants.filter(
        ({ bucketName, sourceArn }) => bucketName === bucket.ref() && sourceArn === distribution.attribute('Arn'),
      );
      return { kind: 'bucket', bucketName: bucket.ref(), allowedActions: mine.flatMap(({ actions }) => actions) };
    }
  } else {
    const api = apis.find((one) => origin.DomainName === `${one.ref()}.execute-api.${REGION}.amazonaws.com`);
    if (api) return { kind: 'api', apiId: api.ref() };
  }
  const place = { ...distribution, path: 'Properties.DistributionConfig.Origins' };
  throw problem(place, `no bucket or API of the template is at ${origin.DomainName}`);
}

/** Requests reach the API here as they are; its answers keep what they have, and get what they lack. */
function refuseChangesToApi(from: Behavior, headers: readonly ResponseHeader[], place: Place): void {
  if (from.CachePolicyId !== CACHING_DISABLED) throw problem(place, 'answers of an API must not be cached');
  if (from.OriginRequestPolicyId === undefined) throw problem(place, 'an API must be sent all headers and the query');
  if (from.FunctionAssociations) throw problem(place, 'functions are known only of behaviors in front of a bucket');
  const overriding = headers.find(({ override }) => override);
  if (overriding) throw problem(place, `${overriding.name} must not override what an API answers itself`);
}
