import { randomUUID } from 'node:crypto';
import { encodeCrc32 } from '../../core/domain/checksum.ts';
import type { S3Call } from './call.ts';
import { invalidArgument, invalidRequest, noSuchUpload, notImplemented } from './errors.ts';
import { keyEncoding } from './listing.ts';
import { echoEncryption, objectHeaders, tagsOfHeader } from './object-headers.ts';
import { compareUtf8 } from './object-index.ts';
import { newEtag } from './put-object.ts';
import { receiveBody } from './request-body.ts';
import type { ChecksumType, MultipartUpload, UploadedPart } from './stored-object.ts';

/** S3's limits. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PART_NUMBER = 10_000;
const MAX_LISTED = 1000;

/** Starts an upload. */
export async function createMultipartUpload(call: S3Call): Promise<void> {
  const headers = objectHeaders(call);
  const checksumType = requestedChecksumType(call);
  // The time in front puts the uploads of a key in the order of their start.
  const id = `${call.nowMs.toString(16).padStart(12, '0')}-${randomUUID()}`;
  const upload = { id, key: call.key, initiatedMs: call.nowMs, headers, tags: tagsOfHeader(call) };
  call.bucket.createUpload({ ...upload, ...(checksumType && { checksumType }) });
  if (checksumType) {
    call.setHeader('x-amz-checksum-algorithm', 'CRC32');
    call.setHeader('x-amz-checksum-type', checksumType);
  }
  echoEncryption(call, headers);
  call.replyXml('InitiateMultipartUploadResult', { Bucket: call.bucket.name, Key: call.key, UploadId: id });
}

/** Stores one part. */
export async function uploadPart(call: S3Call): Promise<void> {
  const partNumber = call.integer('partNumber', { absent: 0, maximum: Number.MAX_SAFE_INTEGER });
  if (partNumber < 1 || partNumber > MAX_PART_NUMBER) {
    const reason = `Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`;
    throw invalidArgument('partNumber', String(partNumber), reason);
  }
  const upload = existingUpload(call);
  requirePartChecksum(call, upload);
  const { segment, crc32, hasChecksum } = await receiveBody(call);
  const part = { partNumber, etag: newEtag(), lastModifiedMs: call.nowMs, crc32, hasChecksum, segment };
  if (!(await call.bucket.putPart(upload.id, part))) throw noSuchUpload(upload.id);
  call.setHeader('etag', `"${part.etag}"`);
  if (hasChecksum) call.setHeader('x-amz-checksum-crc32', encodeCrc32(crc32));
  echoEncryption(call, upload.headers);
  call.reply();
}

/** Ends an upload and removes its parts. */
export async function abortMultipartUpload(call: S3Call): Promise<void> {
  await call.bucket.abortUpload(existingUpload(call));
  call.reply(204);
}

/** Lists the parts an upload has so far. */
export async function listParts(call: S3Call): Promise<void> {
  const upload = existingUpload(call);
  const marker = call.integer('part-number-marker', { absent: 0, maximum: MAX_PART_NUMBER });
  const maxParts = call.integer('max-parts', { absent: MAX_LISTED, maximum: MAX_LISTED });
  const following = [...upload.parts.values()]
    .filter(({ partNumber }) => partNumber > marker)
    .sort((a, b) => a.partNumber - b.partNumber);
  const page = following.slice(0, maxParts);
  const isTruncated = page.length > 0 && following.length > page.length;
  call.replyXml('ListPartsResult', {
    Bucket: call.bucket.name,
    Key: call.key,
    UploadId: upload.id,
    PartNumberMarker: marker,
    NextPartNumberMarker: isTruncated ? page.at(-1)?.partNumber : undefined,
    MaxParts: maxParts,
    IsTruncated: isTruncated,
    ChecksumAlgorithm: upload.checksumType && 'CRC32',
    ChecksumType: upload.checksumType,
    StorageClass: 'STANDARD',
    Part: page.map(renderPart),
  });
}

/** Lists the bucket's uploads in progress, by key and then by start. */
export async function listMultipartUploads(call: S3Call): Promise<void> {
  const { bucket, query } = call;
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  const maxUploads = call.integer('max-uploads', { absent: MAX_LISTED, maximum: MAX_LISTED });
  const encode = keyEncoding(call);
  const isAfterMarker = ({ key, id }: MultipartUpload) => {
    const order = compareUtf8(key, keyMarker);
    return order > 0 || (order === 0 && idMarker !== '' && id > idMarker);
  };
  const following = bucket
    .uploads()
    .filter((upload) => upload.key.startsWith(prefix) && isAfterMarker(upload))
    .sort((a, b) => compareUtf8(a.key, b.key) || compareUtf8(a.id, b.id));
  const page = following.slice(0, maxUploads);
  const next = following.length > page.length ? page.at(-1) : undefined;
  call.replyXml('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    NextKeyMarker: next && encode(next.key),
    NextUploadIdMarker: next?.id,
    Prefix: encode(prefix),
    EncodingType: query.get('encoding-type'),
    MaxUploads: maxUploads,
    IsTruncated: next !== undefined,
    Upload: page.map(({ key, id, initiatedMs, checksumType }) => ({
      Key: encode(key),
      UploadId: id,
      Initiated: new Date(initiatedMs).toISOString(),
      StorageClass: 'STANDARD',
      ChecksumAlgorithm: checksumType && 'CRC32',
      ChecksumType: checksumType,
    })),
  });
}

/**
 * The upload a call names.
 * @throws AwsError `NoSuchUpload`, also when the upload is another key's
 */
export function existingUpload(call: S3Call): MultipartUpload {
  const id = call.query.get('uploadId') ?? '';
  const upload = call.bucket.upload(id);
  if (upload?.key !== call.key) throw noSuchUpload(id);
  return upload;
}

function requestedChecksumType(call: S3Call): ChecksumType | undefined {
  const type = call.headers.get('x-amz-checksum-type');
  if (!call.headers.has('x-amz-checksum-algorithm')) {
    if (type !== undefined) throw invalidRequest('x-amz-checksum-type can only be used with x-amz-checksum-algorithm.');
    return undefined;
  }
  if (type === 'FULL_OBJECT' || type === 'COMPOSITE') return type;
  if (type !== undefined) throw notImplemented(`the checksum type ${type}`);
  return 'COMPOSITE';
}

/** S3 makes a COMPOSITE of what the uploader computed, so there every part must come with its checksum. */
function requirePartChecksum(call: S3Call, upload: MultipartUpload): void {
  if (upload.checksumType !== 'COMPOSITE') return;
  if (call.headers.has('x-amz-checksum-crc32') || call.headers.has('x-amz-trailer')) return;
  throw invalidRequest('Checksum Type mismatch occurred, expected checksum Type: crc32, actual checksum Type: null');
}

function renderPart({ partNumber, lastModifiedMs, etag, segment, hasChecksum, crc32 }: UploadedPart) {
  return {
    PartNumber: partNumber,
    LastModified: new Date(lastModifiedMs).toISOString(),
    ETag: `"${etag}"`,
    Size: segment.sizeBytes,
    ChecksumCRC32: hasChecksum ? encodeCrc32(crc32) : undefined,
  };
}
