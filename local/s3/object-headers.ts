import type { S3Call } from './call.ts';
import { invalidTag, notImplemented } from './errors.ts';
import type { Tag } from './stored-object.ts';

/** Headers that are kept with an object and given back when it is read. */
const STORED_HEADERS = [
  'content-type',
  'content-disposition',
  'content-language',
  'cache-control',
  'expires',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
];

/** S3's own headers with a meaning here, beside the stored ones and the user's `x-amz-meta-*`. */
const KNOWN_AMZ_HEADERS = [
  ...STORED_HEADERS,
  'x-amz-checksum-algorithm',
  'x-amz-checksum-crc32',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-mp-object-size',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-tagging',
  'x-amz-trailer',
  'x-amz-user-agent',
];

const MAX_TAGS = 10;
const MAX_TAG_KEY_LENGTH = 128;
const MAX_TAG_VALUE_LENGTH = 256;

/**
 * Refuses headers that ask for something this server does not do.
 * @throws AwsError `NotImplemented` with the header's name
 */
export function refuseUnknownHeaders(call: S3Call): void {
  for (const name of call.headers.keys()) {
    if (!name.startsWith('x-amz-') || name.startsWith('x-amz-meta-') || KNOWN_AMZ_HEADERS.includes(name)) continue;
    throw notImplemented(`the header ${name}`);
  }
  for (const name of ['x-amz-checksum-algorithm', 'x-amz-sdk-checksum-algorithm']) {
    const algorithm = call.headers.get(name);
    if (algorithm !== undefined && algorithm.toUpperCase() !== 'CRC32') {
      throw notImplemented(`the checksum algorithm ${algorithm}; use CRC32`);
    }
  }
}

/** The headers of a PutObject or CreateMultipartUpload that belong to the object. */
export function objectHeaders(call: S3Call): Record<string, string> {
  const stored = [...call.headers].filter(([name]) => STORED_HEADERS.includes(name) || name.startsWith('x-amz-meta-'));
  // aws-chunked describes the request's framing, not the object.
  const encodings = (call.headers.get('content-encoding') ?? '').split(',').map((encoding) => encoding.trim());
  const contentEncoding = encodings.filter((encoding) => encoding !== '' && encoding !== 'aws-chunked').join(',');
  return {
    'content-type': 'binary/octet-stream',
    ...Object.fromEntries(stored),
    ...(contentEncoding !== '' && { 'content-encoding': contentEncoding }),
  };
}

/** Repeats the encryption an object was given, as S3 does in the answer to every write and read. */
export function echoEncryption(call: S3Call, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-amz-server-side-encryption')) call.setHeader(name, value);
  }
}

/**
 * The tags of the `x-amz-tagging` header, which is written like a query.
 * @throws AwsError `InvalidTag`
 */
export function tagsOfHeader(call: S3Call): Tag[] {
  const header = call.headers.get('x-amz-tagging') ?? '';
  return validTags([...new URLSearchParams(header)].map(([key, value]) => ({ key, value })));
}

/**
 * Checks S3's limits on an object's tags.
 * @throws AwsError `InvalidTag`
 */
export function validTags(tags: Tag[]): Tag[] {
  if (tags.length > MAX_TAGS) throw invalidTag(`Object tags cannot be greater than ${MAX_TAGS}`);
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw invalidTag('Cannot provide multiple Tags with the same key');
  }
  for (const { key, value } of tags) {
    if (key === '' || key.length > MAX_TAG_KEY_LENGTH) throw invalidTag('The TagKey you have provided is invalid');
    if (value.length > MAX_TAG_VALUE_LENGTH) throw invalidTag('The TagValue you have provided is invalid');
  }
  return tags;
}
