import type { TransformOptions } from 'node:stream';
import { constants, crc32, createDeflateRaw, type ZlibOptions } from 'node:zlib';
import { type DeflateSegment, FASTEST_LEVEL } from './deflate-segment.ts';

const options: ZlibOptions & Pick<TransformOptions, 'readableHighWaterMark'> = {
  level: FASTEST_LEVEL,
  // The most, which is a few percent faster.
  memLevel: constants.Z_MAX_MEMLEVEL,
  // Ends each segment at a byte, and makes the next one refer to nothing before it.
  flush: constants.Z_FULL_FLUSH,
  // In pieces that are soon used up: larger ones outlive the garbage collections that are frequent, and cost tens of megabytes.
  chunkSize: 64 * 1024,
  // What comes of a segment waits for its end, however much it is.
  readableHighWaterMark: Number.MAX_SAFE_INTEGER,
};

/**
 * Compresses segments, one at a time, on another thread. As {@link deflateSegment}, but with the memory of one compressor for all of
 * them: where there are many, one for each would take tens of megabytes that come back late.
 */
export class SegmentDeflater {
  readonly #deflate = createDeflateRaw(options);
  #underWay: Promise<DeflateSegment> | undefined;

  constructor() {
    // Whoever waits for a segment is told of it.
    this.#deflate.on('error', () => {});
  }

  /**
   * Begins with a segment as soon as the one before is through.
   * @param plain holds until the next call is answered; undefined if there is no more
   * @returns the one before, if there was one
   */
  async exchange(plain: Uint8Array | undefined): Promise<DeflateSegment | undefined> {
    const before = await this.#underWay;
    this.#underWay = plain && this.#compress(plain);
    // It may fail while nobody waits for it.
    this.#underWay?.catch(() => {});
    return before;
  }

  close(): void {
    this.#deflate.destroy();
  }

  #compress(plain: Uint8Array): Promise<DeflateSegment> {
    return new Promise((resolve, reject) => {
      this.#deflate.write(plain, (error) => {
        if (error) reject(error);
        else resolve({ data: this.#deflate.read() ?? new Uint8Array(0), crc32: checksum, plainBytes: plain.length });
      });
      // Meanwhile, and as long as the processor's cache has it.
      const checksum = crc32(plain);
    });
  }
}
