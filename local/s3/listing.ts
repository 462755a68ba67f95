import type { S3Call } from './call.ts';
import { invalidArgument } from './errors.ts';
import { compareUtf8 } from './object-index.ts';
import type { StoredObject } from './stored-object.ts';

const MAX_KEYS = 1000;

/** Answers ListObjectsV2: keys in order, those that share a prefix up to the delimiter rolled into one entry. */
export async function listObjects(call: S3Call): Promise<void> {
  const { bucket, query } = call;
  if (query.get('list-type') !== '2') throw invalidArgument('list-type', query.get('list-type') ?? '', 'Use 2.');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const token = query.get('continuation-token');
  const maxKeys = call.integer('max-keys', { absent: MAX_KEYS, maximum: MAX_KEYS });
  const after = token === undefined ? (query.get('start-after') ?? '') : readToken(token);
  const encode = keyEncoding(call);

  const objects: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  let last = token === undefined ? '' : after;
  let isTruncated = false;
  for (const key of bucket.sortedKeys()) {
    const object = bucket.object(key);
    if (!object || !key.startsWith(prefix) || compareUtf8(key, after) <= 0) continue;
    const delimiterAt = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const entry = delimiterAt < 0 ? key : key.slice(0, delimiterAt + delimiter.length);
    // A rolled-up prefix is one entry for all its keys, also on the page after the one that ended with it.
    if (delimiterAt >= 0 && entry === last) continue;
    if (objects.length + commonPrefixes.length >= maxKeys) {
      isTruncated = maxKeys > 0;
      break;
    }
    last = entry;
    if (delimiterAt >= 0) commonPrefixes.push(entry);
    else objects.push(object);
  }

  call.replyXml('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    EncodingType: query.get('encoding-type'),
    KeyCount: objects.length + commonPrefixes.length,
    IsTruncated: isTruncated,
    ContinuationToken: token,
    NextContinuationToken: isTruncated ? Buffer.from(last).toString('base64url') : undefined,
    StartAfter: query.has('start-after') ? encode(query.get('start-after') ?? '') : undefined,
    Contents: objects.map((object) => ({
      Key: encode(object.key),
      LastModified: new Date(object.lastModifiedMs).toISOString(),
      ETag: `"${object.etag}"`,
      ChecksumAlgorithm: object.checksum && 'CRC32',
      ChecksumType: object.checksum?.type,
      Size: object.sizeBytes,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: commonPrefixes.map((commonPrefix) => ({ Prefix: encode(commonPrefix) })),
  });
}

/**
 * How keys are written into a listing: as they are, or percent-encoded for clients whose XML parser cannot take them.
 * @throws AwsError `InvalidArgument`
 */
export function keyEncoding(call: S3Call): (text: string) => string {
  const type = call.query.get('encoding-type');
  if (type === undefined) return (text) => text;
  if (type !== 'url') throw invalidArgument('encoding-type', type, 'Invalid Encoding Method specified in Request');
  return (text) => encodeURIComponent(text).replaceAll('%2F', '/');
}

function readToken(token: string): string {
  const key = Buffer.from(token, 'base64url');
  if (key.toString('base64url') === token) return key.toString();
  throw invalidArgument('continuation-token', token, 'The continuation token provided is incorrect');
}
