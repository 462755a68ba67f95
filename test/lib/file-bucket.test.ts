import { describe, expect, it } from 'vitest';
import { type Json, resourcesOf, synthesize } from './synthesize.ts';

const template = synthesize();
/** The resource of a type that belongs to the file bucket. */
function ofFileBucket(from: typeof template, type: string): Json {
  return Object.entries(resourcesOf(from, type)).find(([id]) => id.startsWith('FileBucket'))?.[1];
}

const bucket = ofFileBucket(template, 'AWS::S3::Bucket');
const rules: Json[] = bucket.Properties.LifecycleConfiguration.Rules;

describe('FileBucket', () => {
  it('is never public', () => {
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(bucket.Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  });

  it('encrypts what it stores', () => {
    const [rule] = bucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe('AES256');
  });

  it('refuses everything that does not come over TLS, and its policy allows nobody anything', () => {
    const { Statement } = ofFileBucket(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument;
    expect(Statement).toHaveLength(1);
    expect(Statement[0]).toMatchObject({
      Effect: 'Deny',
      Action: 's3:*',
      Principal: { AWS: '*' },
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(Statement[0].Resource).toHaveLength(2);
  });

  it.each([
    ['1', 2],
    ['7', 8],
    ['30', 31],
    ['90', 91],
  ])('deletes files to be kept %s days after %i days', (tag, days) => {
    const found = rules.filter((rule) => rule.TagFilters?.some((filter: Json) => filter.Value === tag));
    expect(found).toMatchObject([
      { TagFilters: [{ Key: 'retention', Value: tag }], ExpirationInDays: days, Status: 'Enabled' },
    ]);
  });

  it('aborts unfinished uploads in a rule without tags, as S3 demands', () => {
    const aborting = rules.filter((rule) => rule.AbortIncompleteMultipartUpload);
    expect(aborting).toMatchObject([{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' }]);
    expect(aborting[0].TagFilters).toBeUndefined();
    expect(aborting[0].ExpirationInDays).toBeUndefined();
  });

  it('outlives its stack only where the stage says so', () => {
    expect(bucket.DeletionPolicy).toBe('Delete');
    expect(ofFileBucket(synthesize({ stage: 'prod' }), 'AWS::S3::Bucket').DeletionPolicy).toBe('Retain');
  });
});
