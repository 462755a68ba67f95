import { Names, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { type Deployment, removalPolicyOf } from './deployment.ts';

export interface EncryptionKeyProps {
  readonly deployment: Deployment;
}

/**
 * The key that finished files are encrypted with, so that to read one takes a permission on the key besides the one on
 * the file. KMS renews its material every year and keeps the old: what was written before stays readable.
 *
 * It is kept wherever the files are: without it they could not be read again.
 */
export class EncryptionKey extends Construct {
  // CDK's interfaces predate exactOptionalPropertyTypes.
  readonly key: kms.IKey;

  constructor(scope: Construct, id: string, { deployment }: EncryptionKeyProps) {
    super(scope, id);
    this.key = new kms.Key(this, 'Key', {
      description: `Waybill ${deployment.stage}: what finished files are encrypted with`,
      // Made from the path, so that several deployments of an account and region do not meet.
      alias: `alias/${Names.uniqueResourceName(this, { separator: '-', maxLength: 128 })}`,
      enableKeyRotation: true,
      removalPolicy: removalPolicyOf(deployment),
    }) as kms.IKey;
  }

  /** Lets S3 decrypt for a workload that reads files, or signs links with which others can. */
  grantDecrypt(grantee: IGrantable): void {
    this.grant(grantee, ['kms:Decrypt']);
  }

  /**
   * Lets S3 encrypt for a workload that writes files. An upload in parts is decrypted, too, as they are put together.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions
   */
  grantEncrypt(grantee: IGrantable): void {
    this.grant(grantee, ['kms:GenerateDataKey', 'kms:Decrypt']);
  }

  /**
   * S3 calls KMS in the name of whoever called S3. Nobody calls it by themselves, which this condition holds them to, and
   * which is why the network has no endpoint for KMS.
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
   */
  private grant(grantee: IGrantable, actions: string[]): void {
    const conditions = { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } };
    Grant.addToPrincipal({ grantee, actions, resourceArns: [this.key.keyArn], conditions });
  }
}
