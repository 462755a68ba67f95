// @module-tag files-across-origins

import { describe, expect, it } from 'vitest';
import { flatten, type Json, resourcesOf, synthesize } from './synthesize.ts';

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
    expect(rule.BucketKeyEnabled).toBe(true);
    const { SSEAlgorithm, KMSMasterKeyID } = rule.ServerSideEncryptionByDefault;
    expect([SSEAlgorithm, flatten(KMSMasterKeyID)]).toEqual(['aws:kms', expect.stringMatching(/^<EncryptionKey/)]);
  });

  it('keeps no versions: what is deleted is gone', () => {
    expect(bucket.Properties.VersioningConfiguration).toBeUndefined();
  });

  it('refuses all without TLS, old URLs and old signatures, and its policy allows nobody anything', () => {
    const { Statement } = ofFileBucket(template, 'AWS::S3::BucketPolicy').Properties.PolicyDocument;
    const denials: [string, object][] = [
      ['s3:*', { Bool: { 'aws:SecureTransport': 'false' } }],
      [
        's3:GetObject',
        {
          StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
          NumericGreaterThan: { 's3:signatureAge': 90_000 },
        },
      ],
      ['s3:*', { StringEquals: { 's3:signatureversion': 'AWS' } }],
    ];
    expect(Statement).toEqual(
      denials.map(([Action, Condition]) => ({
        ...{ Action, Condition, Effect: 'Deny', Principal: { AWS: '*' }, Resource: expect.anything() },
      })),
    );
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

  it.each(['local', 'dev', 'prod'])('is read by no page of another origin, unless %s names it', (stage) => {
    const { CorsConfiguration } = ofFileBucket(synthesize({ stage }), 'AWS::S3::Bucket').Properties;
    expect(CorsConfiguration).toBeUndefined();
  });

  it('is read, and no more, by pages of the origins that its stage names', () => {
    const allowedOrigins = ['https://app.example.com', 'http://localhost:5173'];
    const asked = synthesize({ config: { allowedOrigins } });
    expect(ofFileBucket(asked, 'AWS::S3::Bucket').Properties.CorsConfiguration.CorsRules).toEqual([
      {
        AllowedOrigins: allowedOrigins,
        AllowedMethods: ['GET', 'HEAD'],
        AllowedHeaders: ['range', 'if-range'],
        ExposedHeaders: ['Accept-Ranges', 'Content-Disposition', 'Content-Range', 'ETag'],
        MaxAge: 600,
      },
    ]);
    // The report center's own files are for its own page.
    const others = Object.entries(resourcesOf(asked, 'AWS::S3::Bucket')).filter(([id]) => !id.startsWith('FileBucket'));
    expect(others.map(([, { Properties }]) => Properties.CorsConfiguration)).toEqual(others.map(() => undefined));
  });

  it('outlives its stack only where the stage says so', () => {
    expect(bucket.DeletionPolicy).toBe('Delete');
    const kept = synthesize({ stage: 'prod' });
    expect(ofFileBucket(kept, 'AWS::S3::Bucket').DeletionPolicy).toBe('Retain');
    // A file without its key is none.
    const keys = Object.values(resourcesOf(kept, 'AWS::KMS::Key'));
    const key = keys.find(({ Properties }) => Properties.Description.includes('finished files'));
    expect(key?.DeletionPolicy).toBe('Retain');
  });
});
