import { combineCrc32 } from '../core/domain/checksum.ts';
import { giveBack } from '../core/domain/give-back.ts';
import { type DeflateSegment, deflateSegment } from './deflate-segment.ts';

/** So large that what a segment cannot refer to costs nothing that counts. */
const SEGMENT_BYTES = 1024 * 1024;

/** Cuts a stretch of a gzip member into segments: one is filled while the one before is compressed on another thread. */
export class GzipSegments {
  readonly #emit: (data: Uint8Array) => Promise<void>;
  #buffer = Buffer.allocUnsafe(SEGMENT_BYTES);
  #other = Buffer.allocUnsafe(SEGMENT_BYTES);
  #filled = 0;
  #underWay: Promise<DeflateSegment> | undefined;
  #crc32 = 0;
  #bytes = 0;

  /** @param emit takes the compressed bytes, in order, or a copy of them */
  constructor(emit: (data: Uint8Array) => Promise<void>) {
    this.#emit = emit;
  }

  /** Of all that was compressed, before it was. */
  get plain(): { readonly crc32: number; readonly bytes: number } {
    return { crc32: this.#crc32, bytes: this.#bytes };
  }

  /** Takes a copy of `data`. */
  async write(data: Uint8Array): Promise<void> {
    for (let offset = 0; offset < data.length; ) {
      const end = Math.min(offset + SEGMENT_BYTES - this.#filled, data.length);
      this.#buffer.set(data.subarray(offset, end), this.#filled);
      this.#filled += end - offset;
      offset = end;
      if (this.#filled === SEGMENT_BYTES) await this.#begin();
    }
  }

  /** Writes all that was taken. */
  async flush(): Promise<void> {
    if (this.#filled > 0) await this.#begin();
    await this.#finish();
  }

  async #begin(): Promise<void> {
    await this.#finish();
    const segment = deflateSegment(this.#buffer.subarray(0, this.#filled));
    // It may fail while nobody waits for it.
    segment.catch(() => {});
    this.#underWay = segment;
    [this.#buffer, this.#other] = [this.#other, this.#buffer];
    this.#filled = 0;
  }

  async #finish(): Promise<void> {
    const segment = await this.#underWay;
    this.#underWay = undefined;
    if (segment === undefined) return;
    this.#crc32 = combineCrc32(this.#crc32, segment.crc32, segment.plainBytes);
    this.#bytes += segment.plainBytes;
    await this.#emit(segment.data);
    giveBack(segment.data);
  }
}
