import { createHash, type Hash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { encodeCrc32 } from '../../core/domain/checksum.ts';
import { giveBack } from '../../core/domain/give-back.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { S3Call } from './call.ts';
import {
  badDigest,
  contentSha256Mismatch,
  entityTooLarge,
  incompleteBody,
  invalidRequest,
  missingContentLength,
  notImplemented,
} from './errors.ts';
import type { Segment } from './stored-object.ts';
import { parseDocument } from './xml.ts';

/** What one PutObject or UploadPart takes. */
const MAX_OBJECT_BYTES = 5 * 1024 ** 3;
/** A completion that names 10,000 parts with their checksums is about 2 MB. */
const MAX_DOCUMENT_BYTES = 8 * 1024 ** 2;
/** Written in runs of this size while the next one arrives. */
const WRITE_BUFFER_BYTES = 2 * 1024 ** 2;

const CHECKSUM_HEADER = 'x-amz-checksum-crc32';
/** Headers of this form that state something other than a checksum's value. */
const CHECKSUM_SETTINGS = ['x-amz-checksum-algorithm', 'x-amz-checksum-mode', 'x-amz-checksum-type'];

/** A body that arrived whole and agreed with every checksum its sender gave. */
export interface ReceivedBody {
  readonly segment: Segment;
  readonly crc32: number;
  /** Whether the sender gave the CRC-32. */
  readonly hasChecksum: boolean;
}

/** Streams the body into a new data file; on any error no file remains. */
export async function receiveBody(call: S3Call): Promise<ReceivedBody> {
  const body = openBody(call, MAX_OBJECT_BYTES);
  const { files } = call.bucket;
  const file = files.newFile();
  try {
    await writeChunks(body.chunks, files.path(file));
  } catch (error) {
    await rm(files.path(file), { force: true });
    throw error;
  }
  const { sizeBytes, crc32, hasChecksum } = body.digest;
  return { segment: { file, sizeBytes }, crc32, hasChecksum };
}

/** Frees each chunk once it is written: a garbage collection of the whole local cloud would cost more than all else here. */
async function writeChunks(chunks: AsyncIterable<Buffer>, path: string): Promise<void> {
  // 'wx' so that no file is ever written twice.
  const destination = await open(path, 'wx');
  let run: Buffer[] = [];
  let bytes = 0;
  const write = async () => {
    if (bytes > 0) await destination.writev(run);
    // A piece of a chunk shares its memory with the others.
    for (const chunk of run) if (chunk.length === chunk.buffer.byteLength) giveBack(chunk);
    run = [];
    bytes = 0;
  };
  try {
    for await (const chunk of chunks) {
      run.push(chunk);
      bytes += chunk.length;
      if (bytes >= WRITE_BUFFER_BYTES) await write();
    }
    await write();
  } finally {
    await destination.close();
  }
}

/** How {@link receiveDocument} reads a document. */
export interface DocumentOptions {
  readonly root: string;
  /** Elements that are read as arrays. */
  readonly repeated: readonly string[];
  /**
   * What a checksum header of the request is about: the document, or the object that it describes.
   * @default document
   */
  readonly checksumOf?: 'document' | 'object';
}

/**
 * Reads the body as an XML document, checksums verified.
 * @throws AwsError `MalformedXML`
 */
export async function receiveDocument(call: S3Call, options: DocumentOptions): Promise<unknown> {
  const { root, repeated, checksumOf = 'document' } = options;
  const chunks: Buffer[] = [];
  for await (const chunk of openBody(call, MAX_DOCUMENT_BYTES, checksumOf === 'document').chunks) chunks.push(chunk);
  return parseDocument(Buffer.concat(chunks).toString('utf8'), root, repeated);
}

function openBody(
  call: S3Call,
  maximumBytes: number,
  checksumIsOfBody = true,
): { chunks: AsyncGenerator<Buffer>; digest: BodyDigest } {
  const { payloadHash } = call.request;
  const isChunked = payloadHash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
  if (!isChunked && payloadHash !== 'UNSIGNED-PAYLOAD' && !/^[0-9a-f]{64}$/.test(payloadHash)) {
    throw notImplemented(`bodies signed as ${payloadHash}`);
  }
  const announcedBytes = call.headers.get(isChunked ? 'x-amz-decoded-content-length' : 'content-length');
  if (announcedBytes === undefined || !/^\d+$/.test(announcedBytes)) throw missingContentLength();
  if (Number(announcedBytes) > maximumBytes) throw entityTooLarge(Number(announcedBytes), maximumBytes);
  const digest = new BodyDigest(call, Number(announcedBytes), checksumIsOfBody);
  return { chunks: verifiedChunks(call, isChunked, digest), digest };
}

async function* verifiedChunks(call: S3Call, isChunked: boolean, digest: BodyDigest): AsyncGenerator<Buffer> {
  const trailers = new Map<string, string>();
  // Left undestroyed, the connection can still carry the answer when the body is refused half-way.
  const raw: AsyncIterable<Buffer> = call.request.body.iterator({ destroyOnReturn: false });
  for await (const chunk of isChunked ? decodeAwsChunked(raw, trailers) : raw) {
    digest.update(chunk);
    yield chunk;
  }
  digest.verify(trailers);
}

/** Follows a body as it streams by, and compares it with what the request states about it. */
class BodyDigest {
  sizeBytes = 0;
  crc32 = 0;
  hasChecksum = false;
  readonly #call: S3Call;
  readonly #announcedBytes: number;
  readonly #checksumIsOfBody: boolean;
  readonly #sha256: Hash | undefined;
  readonly #md5: Hash | undefined;

  constructor(call: S3Call, announcedBytes: number, checksumIsOfBody: boolean) {
    this.#call = call;
    this.#announcedBytes = announcedBytes;
    this.#checksumIsOfBody = checksumIsOfBody;
    const trailer = call.headers.get('x-amz-trailer')?.toLowerCase();
    for (const name of [...call.headers.keys(), ...(trailer?.split(',') ?? [])].map((text) => text.trim())) {
      if (!name.startsWith('x-amz-checksum-') || CHECKSUM_SETTINGS.includes(name)) continue;
      if (name !== CHECKSUM_HEADER) throw notImplemented(`the checksum ${name}; use ${CHECKSUM_HEADER}`);
    }
    // Hashing costs the most of all that is done to a byte, so only where the sender asks for it.
    this.#sha256 = /^[0-9a-f]{64}$/.test(call.request.payloadHash) ? createHash('sha256') : undefined;
    this.#md5 = call.headers.has('content-md5') ? createHash('md5') : undefined;
  }

  update(chunk: Buffer): void {
    this.sizeBytes += chunk.length;
    if (this.sizeBytes > this.#announcedBytes) throw incompleteBody();
    this.crc32 = crc32(chunk, this.crc32);
    this.#sha256?.update(chunk);
    this.#md5?.update(chunk);
  }

  verify(trailers: ReadonlyMap<string, string>): void {
    const { headers, request } = this.#call;
    if (this.sizeBytes !== this.#announcedBytes) throw incompleteBody();
    if (this.#sha256 && this.#sha256.digest('hex') !== request.payloadHash) throw contentSha256Mismatch();
    if (this.#md5 && this.#md5.digest('base64') !== headers.get('content-md5')) throw badDigest('Content-MD5');
    const announcedTrailer = headers.get('x-amz-trailer')?.toLowerCase();
    if (announcedTrailer !== undefined && !trailers.has(announcedTrailer)) {
      throw invalidRequest(`The trailer ${announcedTrailer} was announced but not sent.`);
    }
    const stated = headers.get(CHECKSUM_HEADER) ?? trailers.get(CHECKSUM_HEADER);
    if (stated === undefined || !this.#checksumIsOfBody) return;
    if (stated !== encodeCrc32(this.crc32)) throw badDigest('CRC32');
    this.hasChecksum = true;
  }
}
