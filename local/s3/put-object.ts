import { randomBytes } from 'node:crypto';
import { encodeCrc32 } from '../../core/domain/checksum.ts';
import type { S3Call } from './call.ts';
import { notImplemented, preconditionFailed } from './errors.ts';
import { echoEncryption, objectHeaders, tagsOfHeader } from './object-headers.ts';
import { receiveBody } from './request-body.ts';
import type { StoredChecksum } from './stored-object.ts';

/** Stores one object from one body. */
export async function putObject(call: S3Call): Promise<void> {
  const onlyIfAbsent = isOnlyIfAbsent(call);
  // An answer now spares the body; the condition is decided when the object is stored.
  if (onlyIfAbsent && call.bucket.object(call.key)) throw preconditionFailed('If-None-Match');
  const tags = tagsOfHeader(call);
  const headers = objectHeaders(call);
  const { segment, crc32, hasChecksum } = await receiveBody(call);
  const checksum: StoredChecksum | undefined = hasChecksum
    ? { crc32: encodeCrc32(crc32), type: 'FULL_OBJECT' }
    : undefined;
  const object = {
    key: call.key,
    etag: newEtag(),
    sizeBytes: segment.sizeBytes,
    lastModifiedMs: call.nowMs,
    headers,
    tags,
    ...(checksum && { checksum }),
    segments: segment.sizeBytes > 0 ? [segment] : [],
  };
  if (object.segments.length === 0) await call.bucket.files.discard([segment]);
  if (!(await call.bucket.putObject(object, onlyIfAbsent))) {
    await call.bucket.files.discard(object.segments);
    throw preconditionFailed('If-None-Match');
  }
  call.setHeader('etag', `"${object.etag}"`);
  if (checksum) {
    call.setHeader('x-amz-checksum-crc32', checksum.crc32);
    call.setHeader('x-amz-checksum-type', checksum.type);
  }
  echoEncryption(call, headers);
  call.reply();
}

/**
 * Whether a write must not replace an object.
 * @throws AwsError `NotImplemented` for conditions other than `If-None-Match: *`
 */
export function isOnlyIfAbsent(call: S3Call): boolean {
  const ifNoneMatch = call.headers.get('if-none-match');
  if (call.headers.has('if-match')) throw notImplemented('If-Match on a write');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') throw notImplemented('If-None-Match on a write other than *');
  return ifNoneMatch === '*';
}

/**
 * A new entity tag. As on S3 with a KMS key it names a version without being the MD5 of its bytes, which would cost more
 * than everything else that is done to them.
 */
export function newEtag(): string {
  return randomBytes(16).toString('hex');
}
