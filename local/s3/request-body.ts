import { createHash, type Hash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
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
/** Written in runs of this size, which is what Node.js writes at a time. */
const WRITE_BUFFER_BYTES = 512 * 1024;

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
    // 'wx' so that no file is ever written twice.
    await writeFile(files.path(file), inRuns(body), { flag: 'wx' });
  } catch (error) {
    await rm(files.path(file), { force: true });
    throw error;
  }
  const { sizeBytes, crc32, hasChecksum } = body.digest;
  return { segment: { file, sizeBytes }, crc32, hasChecksum };
}

/**
 * A body in pieces as they are best written, each until the next is asked for. What was received is freed at once: to have it
 * collected, with all else that the local cloud holds, would cost more than to store it.
 */
async function* inRuns({ chunks, digest }: OpenBody): AsyncGenerator<Uint8Array> {
  const run = Buffer.allocUnsafe(Math.min(WRITE_BUFFER_BYTES, digest.announcedBytes));
  let filled = 0;
  for await (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length; ) {
      const copied = chunk.copy(run, filled, taken);
      taken += copied;
      filled += copied;
      if (filled < run.length) continue;
      yield run;
      filled = 0;
    }
    // A piece of a chunk shares its memory with the others.
    if (chunk.length === chunk.buffer.byteLength) giveBack(chunk);
  }
  if (filled > 0) yield run.subarray(0, filled);
  giveBack(run);
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

interface OpenBody {
  readonly chunks: AsyncGenerator<Buffer>;
  readonly digest: BodyDigest;
}

function openBody(call: S3Call, maximumBytes: number, checksumIsOfBody = true): OpenBody {
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
  /** What the sender says it has; more is refused. */
  readonly announcedBytes: number;
  readonly #call: S3Call;
  readonly #checksumIsOfBody: boolean;
  readonly #sha256: Hash | undefined;
  readonly #md5: Hash | undefined;

  constructor(call: S3Call, announcedBytes: number, checksumIsOfBody: boolean) {
    this.#call = call;
    this.announcedBytes = announcedBytes;
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
    if (this.sizeBytes > this.announcedBytes) throw incompleteBody();
    this.crc32 = crc32(chunk, this.crc32);
    this.#sha256?.update(chunk);
    this.#md5?.update(chunk);
  }

  verify(trailers: ReadonlyMap<string, string>): void {
    const { headers, request } = this.#call;
    if (this.sizeBytes !== this.announcedBytes) throw incompleteBody();
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
