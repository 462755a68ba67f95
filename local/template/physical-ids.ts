import { createHash } from 'node:crypto';

/** The account and region in which the local cloud poses. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';

/** Lower-case letters and digits, as ids of API Gateway and user pools have them. */
const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An ARN in the local account and region: `arn:aws:states:us-east-1:000000000000:stateMachine:X`. */
export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}

/** An ARN of a service that has no regions, such as IAM. */
export function globalArn(service: string, resource: string): string {
  return `arn:aws:${service}::${ACCOUNT_ID}:${resource}`;
}

/** The same hexadecimal digits for the same seed, at most 64. */
export function hexId(seed: string, length: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}

/** The same lower-case letters and digits for the same seed, at most 32. */
export function alphanumericId(seed: string, length: number): string {
  const digest = createHash('sha256').update(seed).digest();
  return Array.from(digest.subarray(0, length), (byte) => LOWER_ALPHANUMERIC[byte % 36]).join('');
}

/** The same UUID for the same seed. */
export function uuidId(seed: string): string {
  return hexId(seed, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The logical id as a name; above `maxLength` its tail becomes a hash, so that names stay distinct. */
export function nameOf(logicalId: string, maxLength: number): string {
  if (logicalId.length <= maxLength) return logicalId;
  return `${logicalId.slice(0, maxLength - 9)}-${hexId(logicalId, 8)}`;
}
