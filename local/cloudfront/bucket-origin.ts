import { buffer } from 'node:stream/consumers';
import type { Bucket } from '../s3/bucket.ts';
import { renderErrorDocument } from '../s3/xml.ts';

/** What an origin answers, before the distribution adds to it. */
export interface OriginAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * Reads an object for a distribution. As on S3, only who may list the bucket learns that an object is not there.
 * @param allowedActions what the bucket's policy allows
 */
export async function answerFromBucket(
  bucket: Bucket,
  key: string,
  allowedActions: readonly string[],
): Promise<OriginAnswer> {
  const object = bucket.object(key);
  const needed = object === undefined ? ['s3:GetObject', 's3:ListBucket'] : ['s3:GetObject'];
  if (!needed.every((action) => allowedActions.includes(action))) return refusal(403, 'AccessDenied', 'Access Denied');
  if (object === undefined) return refusal(404, 'NoSuchKey', 'The specified key does not exist.');
  const whole = { first: 0, last: object.sizeBytes - 1 };
  const body = await bucket.files.hold(object.segments, () => buffer(bucket.files.read(object.segments, whole)));
  const headers = {
    ...object.headers,
    etag: `"${object.etag}"`,
    'last-modified': new Date(object.lastModifiedMs).toUTCString(),
  };
  return { status: 200, headers, body };
}

function refusal(status: number, code: string, message: string): OriginAnswer {
  const body = Buffer.from(renderErrorDocument({ Code: code, Message: message }));
  return { status, headers: { 'content-type': 'application/xml' }, body };
}
