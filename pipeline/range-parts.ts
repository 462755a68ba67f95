import { MIN_PART_BYTES } from '../core/domain/part-range.ts';
import type { JoinedUpload } from '../core/ports/file-store.ts';

/** Parts under way at once; with one more being filled: 52 MiB of buffers in all, where parts have 8 MiB. */
const PARTS_IN_FLIGHT = 3;

/** How much larger parts become when the numbers of a slice run low. */
const GROWTH = 4;

/**
 * Packs a range of the file into parts, of which none is shorter than storage allows: as much as a part must have is held
 * back, so that the last one is never short.
 */
export class RangeParts {
  readonly #upload: Pick<JoinedUpload, 'part'>;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #free: Uint8Array[] = [];
  readonly #numbersPerSlice: number;
  readonly #usualBytes: number;
  #partBytes: number;
  #buffer: Uint8Array;
  #filled = 0;
  #nextNumber: number;
  #lastNumber: number;
  #failure: { error: unknown } | undefined;

  /** @param options.slice the first slice of the range; each has `numbersPerSlice` part numbers to itself */
  constructor(
    upload: Pick<JoinedUpload, 'part'>,
    options: { readonly slice: number; readonly numbersPerSlice: number; readonly partBytes: number },
  ) {
    this.#upload = upload;
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
    await Promise.all(this.#inFlight);
    this.#throwFailure();
    return isLong || this.#filled === 0;
  }

  async #sendPart(bytes: number): Promise<void> {
    while (this.#inFlight.size >= PARTS_IN_FLIGHT) await Promise.race(this.#inFlight);
    this.#throwFailure();
    if (this.#nextNumber > this.#lastNumber)
      throw new RangeError(`There are no part numbers after ${this.#lastNumber}`);
    const buffer = this.#buffer;
    const rest = buffer.subarray(bytes, this.#filled);
    const sending = this.#upload
      .part(this.#nextNumber, buffer.subarray(0, bytes))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#inFlight.delete(sending);
        if (buffer.length === this.#partBytes + MIN_PART_BYTES) this.#free.push(buffer);
      });
    this.#inFlight.add(sending);
    this.#nextNumber += 1;
    this.#growWhileNumbersAreLow();
    this.#buffer = this.#takeBuffer();
    this.#buffer.set(rest);
    this.#filled = rest.length;
  }

  /** A slice that is far larger than its estimate must still fit into its numbers. */
  #growWhileNumbersAreLow(): void {
    const isLow = this.#lastNumber - this.#nextNumber < this.#numbersPerSlice / 2;
    const wanted = isLow ? this.#usualBytes * GROWTH : this.#usualBytes;
    if (wanted === this.#partBytes) return;
    this.#partBytes = wanted;
    this.#free.length = 0;
  }

  #takeBuffer(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.#partBytes + MIN_PART_BYTES);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
