import { Duration, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FILE_PREFIX, RETENTION_TAG, retentionTagValues } from '../core/contract/files.ts';
import { acknowledgeWildcard } from './acknowledge.ts';
import { type Deployment, removalPolicyOf } from './deployment.ts';

const anyFile =
  'Keys hold the ids of account and export, which are not known before; the prefix is the narrowest there is.';

export interface FileBucketProps {
  readonly deployment: Deployment;
}

/** The finished files and their waybills. */
export class FileBucket extends Construct {
  private readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, { deployment }: FileBucketProps) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      // A key of the deployment's own would let readers and writers be told apart once more; S3's is the start.
      encryption: s3.BucketEncryption.S3_MANAGED,
      removalPolicy: removalPolicyOf(deployment),
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
  }

  /** Lets a workload find files and unfinished uploads, and remove both. */
  grantDelete(grantee: IGrantable): void {
    this.grantFiles(grantee, ['s3:DeleteObject', 's3:AbortMultipartUpload']);
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

  private grantFiles(grantee: IGrantable, actions: string[]): void {
    const resourceArns = [this.bucket.arnForObjects(`${FILE_PREFIX}*`)];
    Grant.addToPrincipal({ grantee, actions, resourceArns });
    acknowledgeWildcard(grantee, resourceArns, anyFile);
  }
}
