import * as z from 'zod';
import { commonProperties, integer, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';

/** One lifecycle rule; days count from the object's creation, or from the start of a multipart upload. */
export interface LifecycleRule {
  readonly id?: string;
  readonly enabled: boolean;
  readonly prefix: string;
  /** All of these tags must be on the object. */
  readonly tags: Readonly<Record<string, string>>;
  readonly expirationDays?: number;
  readonly abortIncompleteMultipartUploadDays?: number;
}

export interface CorsRule {
  readonly allowedMethods: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** An S3 bucket. */
export interface BucketPlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly lifecycleRules: readonly LifecycleRule[];
  readonly corsRules: readonly CorsRule[];
  /** The customer-managed key; writing needs `kms:GenerateDataKey` on it, reading `kms:Decrypt`. */
  readonly kmsKeyArn?: string;
  /** Whether object events go to EventBridge. */
  readonly sendsEvents: boolean;
  /** Signatures older than this are refused for `s3:GetObject`, by the bucket's policy. */
  readonly maxReadSignatureAgeMs?: number;
}

const lifecycleRule = z.strictObject({
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: integer }).optional(),
  ExpirationInDays: integer.optional(),
  Id: text.optional(),
  NoncurrentVersionExpiration: irrelevant('local buckets keep no versions'),
  Prefix: text.default(''),
  Status: z.enum(['Enabled', 'Disabled']),
  TagFilters: z.array(z.strictObject({ Key: text, Value: text })).default([]),
});

const corsRule = z.strictObject({
  AllowedHeaders: z.array(text).default([]),
  AllowedMethods: z.array(text),
  AllowedOrigins: z.array(text),
  ExposedHeaders: z.array(text).default([]),
  Id: irrelevant('a label'),
  MaxAge: integer.optional(),
});

const encryptionRule = z.strictObject({
  BucketKeyEnabled: irrelevant('it saves calls to KMS'),
  ServerSideEncryptionByDefault: z.strictObject({ KMSMasterKeyID: text.optional(), SSEAlgorithm: text }),
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

/** Plans one `AWS::S3::Bucket` without what its policy and notifications add. @throws TemplateError */
export function planBucket(resource: ResolvedResource): BucketPlan {
  const properties = readProperties(resource, schema);
  const kmsKeyArn =
    properties.BucketEncryption?.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.KMSMasterKeyID;
  return {
    logicalId: resource.logicalId,
    name: resource.ref(),
    arn: resource.attribute('Arn'),
    lifecycleRules: (properties.LifecycleConfiguration?.Rules ?? []).map(planLifecycleRule),
    corsRules: (properties.CorsConfiguration?.CorsRules ?? []).map((rule) => ({
      allowedMethods: rule.AllowedMethods,
      allowedOrigins: rule.AllowedOrigins,
      allowedHeaders: rule.AllowedHeaders,
      exposedHeaders: rule.ExposedHeaders,
      ...(rule.MaxAge !== undefined && { maxAgeSeconds: rule.MaxAge }),
    })),
    sendsEvents: false,
    ...(kmsKeyArn !== undefined && { kmsKeyArn }),
  };
}

function planLifecycleRule(rule: z.output<typeof lifecycleRule>): LifecycleRule {
  const abortDays = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
  return {
    ...(rule.Id !== undefined && { id: rule.Id }),
    enabled: rule.Status === 'Enabled',
    prefix: rule.Prefix,
    tags: Object.fromEntries(rule.TagFilters.map((tag) => [tag.Key, tag.Value])),
    ...(rule.ExpirationInDays !== undefined && { expirationDays: rule.ExpirationInDays }),
    ...(abortDays !== undefined && { abortIncompleteMultipartUploadDays: abortDays }),
  };
}
