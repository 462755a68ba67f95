import { Duration, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FILE_PREFIX, PRESIGNED_URL_SECONDS, RETENTION_TAG, retentionTagValues } from '../core/contract/files.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { corsOfFiles } from './allowed-origins.ts';
import { type Deployment, removalPolicyOf } from './deployment.ts';
import type { EncryptionKey } from './encryption-key.ts';

const anyFile =
  'Keys hold the ids of account and export, which are not known before; the prefix is the narrowest there is.';

/**
 * The oldest signature that a presigned URL may have, whatever life it was signed for. Half a minute more than Waybill's
 * live, so that those end by their own time, and with the error that says so.
 */
const MAX_SIGNATURE_AGE_MS = (PRESIGNED_URL_SECONDS + 30) * 1000;

export interface FileBucketProps {
  readonly deployment: Deployment;
  readonly key: EncryptionKey;
}

/** The finished files and their waybills. */
export class FileBucket extends Construct {
  private readonly bucket: s3.Bucket;
  private readonly key: EncryptionKey;

  constructor(scope: Construct, id: string, { deployment, key }: FileBucketProps) {
    super(scope, id);
    this.key = key;
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key.key,
      // One call of KMS for many files: S3 derives their keys from one that it keeps for a while.
      bucketKeyEnabled: true,
      // Nothing is ever written over, so there is nothing to go back to, and what is deleted has to be gone.
      versioned: false,
      removalPolicy: removalPolicyOf(deployment),
      cors: corsOfFiles(deployment.config),
      lifecycleRules: [
        ...retentionTagValues.map((days) => ({
          id: `expire-after-${days}-days`,
          tagFilters: { [RETENTION_TAG]: String(days) },
          // The sweeper deletes on time; a day later this is for what it has missed.
          expiration: Duration.days(days + 1),
        })),
        // A rule that filters by tag must not abort uploads, hence one of its own.
        { id: 'abort-unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.refuseOtherSignatures();
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Who downloaded what, and when, is in each export’s timeline; access logs would be a second, weaker record.',
    });
  }

  get bucketName(): string {
    return this.bucket.bucketName;
  }

  /** Lets a workload read files, and so sign links with which others can. */
  grantRead(grantee: IGrantable): void {
    this.grantFiles(grantee, ['s3:GetObject']);
    this.key.grantDecrypt(grantee);
  }

  /** Lets a workload write files with their retention tag, check them, and take back what must not be published. */
  grantWrite(grantee: IGrantable): void {
    this.grantFiles(grantee, [
      's3:PutObject',
      's3:PutObjectTagging',
      's3:AbortMultipartUpload',
      's3:GetObject',
      's3:DeleteObject',
    ]);
    this.key.grantEncrypt(grantee);
  }

  /** Lets a workload take back the unfinished uploads it finds. */
  grantAbort(grantee: IGrantable): void {
    this.grantFiles(grantee, ['s3:AbortMultipartUpload']);
  }

  /** Lets a workload find files and unfinished uploads, and remove files. */
  grantDelete(grantee: IGrantable): void {
    this.grantFiles(grantee, ['s3:DeleteObject']);
    Grant.addToPrincipal({
      grantee,
      actions: ['s3:ListBucket'],
      resourceArns: [this.bucket.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${FILE_PREFIX}*` } },
    });
    // Unlike for objects, S3 has no condition on the prefix of uploads.
    Grant.addToPrincipal({
      grantee,
      actions: ['s3:ListBucketMultipartUploads'],
      resourceArns: [this.bucket.bucketArn],
    });
  }

  /**
   * Whoever may sign URLs could sign them for a week. Here none is worth anything after a minute and a half, nor one of the
   * old signatures, which have no age.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
   */
  private refuseOtherSignatures(): void {
    const files = this.bucket.arnForObjects('*');
    this.deny('s3:GetObject', [files], {
      StringEquals: { 's3:authType': 'REST-QUERY-STRING' },
      NumericGreaterThan: { 's3:signatureAge': MAX_SIGNATURE_AGE_MS },
    });
    this.deny('s3:*', [this.bucket.bucketArn, files], { StringEquals: { 's3:signatureversion': 'AWS' } });
  }

  private deny(action: string, resources: string[], conditions: Record<string, unknown>): void {
    const principals = [new AnyPrincipal()];
    this.bucket.addToResourcePolicy(
      new PolicyStatement({ effect: Effect.DENY, principals, actions: [action], resources, conditions }),
    );
  }

  private grantFiles(grantee: IGrantable, actions: string[]): void {
    const resourceArns = [this.bucket.arnForObjects(`${FILE_PREFIX}*`)];
    Grant.addToPrincipal({ grantee, actions, resourceArns });
    acknowledgeWildcard(grantee, resourceArns, anyFile);
  }
}
