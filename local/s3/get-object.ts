import { pipeline } from 'node:stream/promises';
import { AccessDeniedError } from '../aws-endpoint/service.ts';
import type { S3Call } from './call.ts';
import { invalidRange, noSuchKey } from './errors.ts';
import { type ByteRange, parseRange } from './range.ts';
import { isNotModified, rangeApplies } from './read-conditions.ts';
import type { StoredObject } from './stored-object.ts';

/** Query parameters by which a signed request replaces response headers: `response-` and the header's name. */
export const RESPONSE_OVERRIDES = [
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
];

/** Answers GetObject, and HeadObject with everything but the bytes. */
export async function getObject(call: S3Call): Promise<void> {
  const object = existingObject(call);
  if (isNotModified(call, object)) {
    call.setHeader('etag', `"${object.etag}"`);
    call.response.writeHead(304).end();
    return;
  }
  const range = rangeApplies(call, object) ? parseRange(call.headers.get('range'), object.sizeBytes) : undefined;
  if (range === 'unsatisfiable') throw invalidRange(call.headers.get('range') ?? '', object.sizeBytes);
  setHeaders(call, object, range);
  const { first, last } = range ?? { first: 0, last: object.sizeBytes - 1 };
  call.response.writeHead(range ? 206 : 200, { 'content-length': last - first + 1 });
  if (call.request.method === 'HEAD') {
    call.response.end();
    return;
  }
  const { files } = call.bucket;
  await files
    .hold(object.segments, () => pipeline(files.read(object.segments, { first, last }), call.response))
    .catch((error: NodeJS.ErrnoException) => {
      // Whoever closes a tab ends a download early; that is no fault of the server.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
}

/**
 * The object of a call.
 * @throws AwsError `NoSuchKey`, or AccessDeniedError when the caller may not list the bucket: as on S3, it then cannot
 * learn which keys exist
 */
export function existingObject(call: S3Call): StoredObject {
  const object = call.bucket.object(call.key);
  if (object) return object;
  const listing = { action: 's3:ListBucket', resource: call.bucket.arn };
  throw call.request.allows(listing) ? noSuchKey(call.key) : new AccessDeniedError(call.request.principal, listing);
}

function setHeaders(call: S3Call, object: StoredObject, range: ByteRange | undefined): void {
  for (const [name, value] of Object.entries(object.headers)) call.setHeader(name, value);
  for (const parameter of RESPONSE_OVERRIDES) {
    const value = call.query.get(parameter);
    if (value !== undefined) call.setHeader(parameter.slice('response-'.length), value);
  }
  call.setHeader('accept-ranges', 'bytes');
  call.setHeader('etag', `"${object.etag}"`);
  call.setHeader('last-modified', new Date(object.lastModifiedMs).toUTCString());
  if (range) call.setHeader('content-range', `bytes ${range.first}-${range.last}/${object.sizeBytes}`);
  // A checksum of the whole says nothing about a part of it.
  else if (object.checksum && call.headers.get('x-amz-checksum-mode') === 'ENABLED') {
    call.setHeader('x-amz-checksum-crc32', object.checksum.crc32);
    call.setHeader('x-amz-checksum-type', object.checksum.type);
  }
  if (object.tags.length > 0 && call.request.allows(call.permission('s3:GetObjectTagging'))) {
    call.setHeader('x-amz-tagging-count', String(object.tags.length));
  }
}
