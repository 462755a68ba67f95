import { crc32 } from 'node:zlib';
import * as z from 'zod';
import { combineCrc32, encodeCrc32 } from '../../core/domain/checksum.ts';
import type { S3Call } from './call.ts';
import { crc32Bytes } from './crc32.ts';
import {
  badDigest,
  entityTooSmall,
  invalidPart,
  invalidPartOrder,
  invalidRequest,
  malformedXml,
  preconditionFailed,
} from './errors.ts';
import { existingUpload } from './multipart.ts';
import { echoEncryption } from './object-headers.ts';
import { isOnlyIfAbsent, newEtag } from './put-object.ts';
import { receiveDocument } from './request-body.ts';
import type { MultipartUpload, StoredChecksum, StoredObject, UploadedPart } from './stored-object.ts';

/** Every part but the last has at least this size. */
const MIN_PART_BYTES = 5 * 1024 ** 2;
const MAX_PARTS = 10_000;

const completedPart = z.object({
  PartNumber: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number),
  ETag: z.string().transform((etag) => etag.replace(/^"|"$/g, '')),
  ChecksumCRC32: z.string().optional(),
});
const completion = z.object({ Part: z.array(completedPart).min(1).max(MAX_PARTS) });

/** Makes an object of an upload's parts. */
export async function completeMultipartUpload(call: S3Call): Promise<void> {
  const document = await receiveDocument(call, {
    root: 'CompleteMultipartUpload',
    repeated: ['Part'],
    checksumOf: 'object',
  });
  const parsed = completion.safeParse(document);
  if (!parsed.success) throw malformedXml();
  const onlyIfAbsent = isOnlyIfAbsent(call);
  // From here to the completion nothing waits, so the upload cannot change in between.
  const upload = existingUpload(call);
  const parts = chooseParts(upload, parsed.data.Part);
  const object = assemble(upload, parts);
  requireStatedSize(call, object);
  requireStatedChecksum(call, object.checksum);
  if (!(await call.bucket.completeUpload(upload, object, onlyIfAbsent))) throw preconditionFailed('If-None-Match');
  echoEncryption(call, object.headers);
  call.replyXml('CompleteMultipartUploadResult', {
    Location: `http://${call.headers.get('host')}/${call.bucket.name}/${encodeURIComponent(object.key)}`,
    Bucket: call.bucket.name,
    Key: object.key,
    ETag: `"${object.etag}"`,
    ChecksumCRC32: object.checksum?.crc32,
    ChecksumType: object.checksum?.type,
  });
}

function chooseParts(upload: MultipartUpload, listed: readonly z.infer<typeof completedPart>[]): UploadedPart[] {
  if (listed.some(({ PartNumber }, index) => PartNumber <= (listed[index - 1]?.PartNumber ?? 0))) {
    throw invalidPartOrder();
  }
  const parts = listed.map(({ PartNumber, ETag, ChecksumCRC32 }) => {
    const part = upload.parts.get(PartNumber);
    if (!part || part.etag !== ETag) throw invalidPart(PartNumber);
    if (ChecksumCRC32 !== undefined && ChecksumCRC32 !== encodeCrc32(part.crc32)) throw invalidPart(PartNumber);
    if (ChecksumCRC32 === undefined && upload.checksumType === 'COMPOSITE') {
      throw invalidRequest(
        'The upload was created using a crc32 checksum. The complete request must include the checksum for each ' +
          `part. It was missing for part ${PartNumber} in the request.`,
      );
    }
    return part;
  });
  const small = parts.slice(0, -1).find(({ segment }) => segment.sizeBytes < MIN_PART_BYTES);
  if (small) throw entityTooSmall(small.partNumber, small.segment.sizeBytes, MIN_PART_BYTES);
  return parts;
}

function assemble(upload: MultipartUpload, parts: readonly UploadedPart[]): StoredObject {
  const checksum = checksumOf(upload, parts);
  return {
    key: upload.key,
    etag: `${newEtag()}-${parts.length}`,
    sizeBytes: parts.reduce((total, { segment }) => total + segment.sizeBytes, 0),
    // S3 dates an object by the start of its upload.
    lastModifiedMs: upload.initiatedMs,
    headers: upload.headers,
    tags: upload.tags,
    ...(checksum && { checksum }),
    segments: parts.map(({ segment }) => segment),
  };
}

function checksumOf(upload: MultipartUpload, parts: readonly UploadedPart[]): StoredChecksum | undefined {
  if (upload.checksumType === 'FULL_OBJECT') {
    const combined = parts.reduce((crc, part) => combineCrc32(crc, part.crc32, part.segment.sizeBytes), 0);
    return { crc32: encodeCrc32(combined), type: 'FULL_OBJECT' };
  }
  if (upload.checksumType === undefined) return undefined;
  const ofChecksums = crc32(Buffer.concat(parts.map((part) => crc32Bytes(part.crc32))));
  return { crc32: `${encodeCrc32(ofChecksums)}-${parts.length}`, type: 'COMPOSITE' };
}

function requireStatedSize(call: S3Call, { sizeBytes }: StoredObject): void {
  const stated = call.headers.get('x-amz-mp-object-size');
  if (stated === undefined || stated === String(sizeBytes)) return;
  throw invalidRequest(`x-amz-mp-object-size is ${stated}, but the parts add up to ${sizeBytes} bytes.`);
}

function requireStatedChecksum(call: S3Call, checksum: StoredChecksum | undefined): void {
  const type = call.headers.get('x-amz-checksum-type');
  if (type !== undefined && type !== checksum?.type) {
    throw invalidRequest(`The upload was created with the checksum type ${checksum?.type ?? 'null'}, not ${type}.`);
  }
  const stated = call.headers.get('x-amz-checksum-crc32');
  if (stated !== undefined && stated !== checksum?.crc32) throw badDigest('CRC32');
}
