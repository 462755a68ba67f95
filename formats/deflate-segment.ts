import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

/** The fastest level: the next ones cost more time than the bytes they save. */
export const FASTEST_LEVEL = 1;

/** A last block without content: what comes before it ends with a flush, not with an end. */
export const lastBlock: Uint8Array = Buffer.from([0x03, 0x00]);

/** What one call of zlib gives at a time. */
const MOST_OUTPUT_BYTES = 512 * 1024;

const deflate = promisify(deflateRaw);

/** A stretch of what is compressed as one, compressed apart from the others, and what the whole has to know of it. */
export interface DeflateSegment {
  readonly data: Uint8Array;
  /** Of the stretch before compression. */
  readonly crc32: number;
  readonly plainBytes: number;
}

/** Compresses one stretch, beside others and on another thread. Nothing in it refers to the stretch before. */
export async function deflateSegment(plain: Uint8Array): Promise<DeflateSegment> {
  const compressing = deflate(plain, {
    level: FASTEST_LEVEL,
    finishFlush: constants.Z_SYNC_FLUSH,
    // All of it in one piece, of anything that compresses at all well.
    chunkSize: Math.min(Math.max(Math.ceil(plain.length / 2), constants.Z_MIN_CHUNK), MOST_OUTPUT_BYTES),
  });
  // Meanwhile, and as long as the processor's cache has it.
  const checksum = crc32(plain);
  return { data: await compressing, crc32: checksum, plainBytes: plain.length };
}
