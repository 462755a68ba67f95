import { AccessDeniedError, type RequiredPermission } from '../aws-endpoint/service.ts';
import type { S3Call } from './call.ts';

/**
 * Refuses what the bucket's policy denies everybody, whatever their own policies allow.
 * @throws AccessDeniedError
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 */
export function refuseDenied({ request, bucket, nowMs }: S3Call, permissions: readonly RequiredPermission[]): void {
  const ofRequest = {
    's3:authType': request.isPresigned ? 'REST-QUERY-STRING' : 'REST-HEADER',
    's3:signatureAge': String(nowMs - request.signedAtMs),
    // No other gets this far.
    's3:signatureversion': 'AWS4-HMAC-SHA256',
  };
  for (const permission of permissions) {
    const asked = { ...permission, context: { ...permission.context, ...ofRequest } };
    const denial = bucket.denials.find(
      ({ grants, holds }) => grants.some((pattern) => pattern.matches(asked)) && holds(asked),
    );
    if (denial) throw new AccessDeniedError(request.principal, permission, `${denial.source} denies it to everybody`);
  }
}
