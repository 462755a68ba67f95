import * as z from 'zod';
import type { PolicyStatement } from '../../iam/policy-document.ts';
import type { CorsRule } from '../../s3/cors.ts';
import type { Tag } from '../../s3/stored-object.ts';
import { commonProperties, integer, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import type { BucketDenial } from './bucket-policies.ts';

/** One enabled lifecycle rule; days count from the object's creation, or from the start of a multipart upload. */
export interface LifecycleRule {
  readonly prefix: string;
  /** All of these tags must be on the object. */
  readonly tags: readonly Tag[];
  readonly expirationDays?: number;
  readonly abortIncompleteMultipartUploadDays?: number;
}

/** An S3 bucket. */
export interface BucketPlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly lifecycleRules: readonly LifecycleRule[];
  /** What its policy refuses everybody. */
  readonly denials: readonly PolicyStatement[];
  /** What pages of other origins may ask of it. */
  readonly corsRules: readonly CorsRule[];
  /** The key of KMS that its objects are encrypted with; without one it is S3's own, which takes no permission. */
  readonly kmsKeyArn?: string;
}

const lifecycleRule = z.strictObject({
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: integer }).optional(),
  ExpirationInDays: integer.optional(),
  Id: irrelevant('a label'),
  NoncurrentVersionExpiration: irrelevant('local buckets keep no versions'),
  Prefix: text.default(''),
  Status: z.enum(['Enabled', 'Disabled']),
  TagFilters: z.array(z.strictObject({ Key: text, Value: text })).default([]),
});

const encryptionRule = z.strictObject({
  BucketKeyEnabled: irrelevant('it saves calls to KMS'),
  ServerSideEncryptionByDefault: z.discriminatedUnion('SSEAlgorithm', [
    z.strictObject({ SSEAlgorithm: z.literal('AES256') }),
    z.strictObject({
      SSEAlgorithm: z.literal('aws:kms'),
      KMSMasterKeyID: text.regex(/^arn:aws:kms:/, 'must be the ARN of a key, which policies name'),
    }),
  ]),
});

const corsRule = z.strictObject({
  AllowedHeaders: z.array(text).default([]),
  AllowedMethods: z.array(z.enum(['GET', 'PUT', 'HEAD', 'POST', 'DELETE'])),
  AllowedOrigins: z.array(text),
  ExposedHeaders: z.array(text).default([]),
  Id: irrelevant('a label'),
  MaxAge: integer.optional(),
});

const schema = z.strictObject({
  ...commonProperties,
  AccessControl: irrelevant('a grant to the log delivery of AWS'),
  BucketEncryption: z.strictObject({ ServerSideEncryptionConfiguration: z.tuple([encryptionRule]) }).optional(),
  BucketName: irrelevant('read through the resource name'),
  CorsConfiguration: z.strictObject({ CorsRules: z.array(corsRule) }).optional(),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule) }).optional(),
  LoggingConfiguration: irrelevant('local access is not logged to a bucket'),
  OwnershipControls: irrelevant('there is one account'),
  PublicAccessBlockConfiguration: irrelevant('every local request must be signed'),
});

/**
 * Plans one `AWS::S3::Bucket`.
 * @param denials of all bucket policies
 * @throws TemplateError
 */
export function planBucket(resource: ResolvedResource, denials: readonly BucketDenial[]): BucketPlan {
  const properties = readProperties(resource, schema);
  const rules = properties.LifecycleConfiguration?.Rules ?? [];
  const encryption = properties.BucketEncryption?.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault;
  const name = resource.ref();
  return {
    logicalId: resource.logicalId,
    name,
    arn: resource.attribute('Arn'),
    lifecycleRules: rules.filter((rule) => rule.Status === 'Enabled').map(planLifecycleRule),
    denials: denials.filter(({ bucketName }) => bucketName === name).map(({ statement }) => statement),
    corsRules: (properties.CorsConfiguration?.CorsRules ?? []).map(planCorsRule),
    ...(encryption?.SSEAlgorithm === 'aws:kms' && { kmsKeyArn: encryption.KMSMasterKeyID }),
  };
}

function planCorsRule(rule: z.output<typeof corsRule>): CorsRule {
  return {
    allowedOrigins: rule.AllowedOrigins,
    allowedMethods: rule.AllowedMethods,
    allowedHeaders: rule.AllowedHeaders,
    exposedHeaders: rule.ExposedHeaders,
    ...(rule.MaxAge !== undefined && { maxAgeSeconds: rule.MaxAge }),
  };
}

function planLifecycleRule(rule: z.output<typeof lifecycleRule>): LifecycleRule {
  const abortDays = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  return {
    prefix: rule.Prefix,
    tags: rule.TagFilters.map((tag) => ({ key: tag.Key, value: tag.Value })),
    ...(rule.ExpirationInDays !== undefined && { expirationDays: rule.ExpirationInDays }),
    ...(abortDays !== undefined && { abortIncompleteMultipartUploadDays: abortDays }),
  };
}
