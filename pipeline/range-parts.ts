import { MIN_PART_BYTES } from '../core/domain/part-range.ts';
import type { JoinedUpload } from '../core/ports/file-store.ts';
import { PartBuffers, PartsInFlight } from './parts-in-flight.ts';

/** How much larger parts become when the numbers of a slice run low. */
const GROWTH = 4;

/**
 * Packs a range of the file into parts, of which none is shorter than storage allows: as much as a part must have is held
 * back, so that the last one is never short.
 */
export class RangeParts {
  readonly #buffers: PartBuffers;
  readonly #sending: PartsInFlight;
  readonly #numbersPerSlice: number;
  readonly #usualBytes: number;
  #partBytes: number;
  #buffer: Uint8Array;
  #filled = 0;
  #nextNumber: number;
  #lastNumber: number;

  /** @param options.slice the first slice of the range; each has `numbersPerSlice` part numbers to itself */
  constructor(
    upload: Pick<JoinedUpload, 'part'>,
    options: {
      readonly slice: number;
      readonly numbersPerSlice: number;
      readonly partBytes: number;
      /** Those of an earlier range, if there was one. */
      readonly buffers?: PartBuffers;
    },
  ) {
    this.#buffers = options.buffers ?? new PartBuffers();
    this.#sending = new PartsInFlight(upload, this.#buffers);
    this.#usualBytes = options.partBytes;
    this.#partBytes = options.partBytes;
    this.#numbersPerSlice = options.numbersPerSlice;
    this.#nextNumber = options.slice * options.numbersPerSlice + 1;
    this.#lastNumber = (options.slice + 1) * options.numbersPerSlice;
    this.#buffer = this.#takeBuffer();
  }

  /** What follows belongs to this slice, whose numbers may be used from now on. */
  beginSlice(slice: number): void {
    this.#lastNumber = (slice + 1) * this.#numbersPerSlice;
  }

  /**
   * Takes a copy of `data`; waits while too many parts are under way.
   * @throws what sending an earlier part threw, or RangeError when there are no numbers left
   */
  async write(data: Uint8Array): Promise<void> {
    for (let offset = 0; offset < data.length; ) {
      const end = Math.min(offset + this.#buffer.length - this.#filled, data.length);
      this.#buffer.set(data.subarray(offset, end), this.#filled);
      this.#filled += end - offset;
      offset = end;
      if (this.#filled === this.#buffer.length) await this.#sendPart(this.#filled - MIN_PART_BYTES);
    }
  }

  /**
   * Sends what is left and waits until all parts have arrived.
   * @param options.endsFile whether a part may be short, being the last of all
   * @returns false when nothing was sent, because all of the range is too short for a part
   */
  async end({ endsFile }: { readonly endsFile: boolean }): Promise<boolean> {
    const isLong = this.#filled >= MIN_PART_BYTES || (endsFile && this.#filled > 0);
    if (isLong) await this.#sendPart(this.#filled);
    await this.#sending.finish();
    this.#buffers.giveBack(this.#buffer);
    return isLong || this.#filled === 0;
  }

  async #sendPart(bytes: number): Promise<void> {
    await this.#sending.ready();
    if (this.#nextNumber > this.#lastNumber)
      throw new RangeError(`There are no part numbers after ${this.#lastNumber}`);
    const sent = this.#buffer;
    const rest = sent.subarray(bytes, this.#filled);
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    this.#growWhileNumbersAreLow();
    this.#buffer = this.#takeBuffer();
    this.#buffer.set(rest);
    this.#filled = rest.length;
    this.#sending.send(number, sent, bytes);
  }

  /** A slice that is far larger than its estimate must still fit into its numbers. */
  #growWhileNumbersAreLow(): void {
    const isLow = this.#lastNumber - this.#nextNumber < this.#numbersPerSlice / 2;
    const wanted = isLow ? this.#usualBytes * GROWTH : this.#usualBytes;
    this.#partBytes = wanted;
  }

  #takeBuffer(): Uint8Array {
    return this.#buffers.take(this.#partBytes + MIN_PART_BYTES);
  }
}
