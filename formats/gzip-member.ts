import { combineCrc32 } from '../core/domain/checksum.ts';
import { giveBack } from '../core/domain/give-back.ts';
import { type DeflateSegment, lastBlock } from './deflate-segment.ts';

/** Deflate, no name, no time; level 1 ("fastest"), made on Unix. @see https://www.rfc-editor.org/rfc/rfc1952#section-2.3 */
export const gzipHeader: Uint8Array = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3]);

/** The stretches as one gzip member: browsers and Node.js reject several. A chunk holds until the next is asked for. */
export async function* gzipMember(segments: AsyncIterable<DeflateSegment>): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  let plainBytes = 0;
  yield gzipHeader;
  for await (const segment of segments) {
    checksum = combineCrc32(checksum, segment.crc32, segment.plainBytes);
    plainBytes += segment.plainBytes;
    yield segment.data;
    giveBack(segment.data);
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
