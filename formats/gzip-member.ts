import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';
import { combineCrc32 } from '../core/domain/checksum.ts';

/** The fastest level: the next ones cost more time than the bytes they save. */
const LEVEL = 1;

/** Deflate, no name, no time; level 1 ("fastest"), made on Unix. @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
export const gzipHeader: Uint8Array = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3]);

/** A last block without content: what comes before it ends with a flush, not with an end. */
const lastBlock = Buffer.from([0x03, 0x00]);

/** What one call of zlib gives at a time. */
const OUTPUT_BYTES = 512 * 1024;

const deflate = promisify(deflateRaw);

/** A stretch of a file, compressed apart from the others, and what the whole has to know of it. */
export interface GzipSegment {
  readonly data: Uint8Array;
  /** Of the stretch before compression. */
  readonly crc32: number;
  readonly plainBytes: number;
}

/** Compresses one stretch, beside others and on another thread. Nothing in it refers to the stretch before. */
export async function gzipSegment(plain: Uint8Array): Promise<GzipSegment> {
  const data = await deflate(plain, {
    level: LEVEL,
    finishFlush: constants.Z_SYNC_FLUSH,
    chunkSize: OUTPUT_BYTES,
  });
  return { data, crc32: crc32(plain), plainBytes: plain.length };
}

/** The stretches as one gzip member: browsers and Node.js reject several. */
export async function* gzipMember(segments: AsyncIterable<GzipSegment>): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  let plainBytes = 0;
  yield gzipHeader;
  for await (const segment of segments) {
    checksum = combineCrc32(checksum, segment.crc32, segment.plainBytes);
    plainBytes += segment.plainBytes;
    yield segment.data;
  }
  yield gzipTrailer(checksum, plainBytes);
}

/**
 * Ends a member whose segments were written.
 * @param checksum CRC-32 of all of it before compression
 */
export function gzipTrailer(checksum: number, plainBytes: number): Uint8Array {
  const trailer = Buffer.alloc(lastBlock.length + 8);
  trailer.set(lastBlock);
  trailer.writeUInt32LE(checksum, lastBlock.length);
  trailer.writeUInt32LE(plainBytes % 2 ** 32, lastBlock.length + 4);
  return trailer;
}
