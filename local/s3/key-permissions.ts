import type { RequiredPermission } from '../aws-endpoint/service.ts';
import type { S3Call } from './call.ts';

/**
 * What a caller has to be allowed on the key of a bucket that is encrypted with one of KMS. Parts are decrypted as they
 * are put together, and so is a checksum to be told; the rest of what HeadObject tells is not encrypted.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
const keyActions: Readonly<Record<string, string>> = {
  PutObject: 'kms:GenerateDataKey',
  CreateMultipartUpload: 'kms:GenerateDataKey',
  UploadPart: 'kms:Decrypt',
  CompleteMultipartUpload: 'kms:Decrypt',
  GetObject: 'kms:Decrypt',
  HeadObject: 'kms:Decrypt',
};

/** The permissions on the bucket's key that an operation takes, as KMS is asked for them: by S3, for the caller. */
export function keyPermissions(operation: string, call: S3Call): RequiredPermission[] {
  const { kmsKeyArn } = call.bucket;
  const action = keyActions[operation];
  if (kmsKeyArn === undefined || action === undefined) return [];
  if (operation === 'HeadObject' && call.headers.get('x-amz-checksum-mode') !== 'ENABLED') return [];
  const region = kmsKeyArn.split(':')[3];
  return [{ action, resource: kmsKeyArn, context: { 'kms:ViaService': `s3.${region}.amazonaws.com` } }];
}
