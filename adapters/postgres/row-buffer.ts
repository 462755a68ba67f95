const LINE_FEED = 0x0a;
const FIRST_BYTES = 128 * 1024;

/**
 * Puts what a COPY sends together to whole rows, in a buffer that is used again: it takes as much memory as what comes at
 * once, or as the longest row, whatever their number. Within values line feeds are escaped, so each one ends a row.
 */
export class RowBuffer {
  /** With as much room after what is filled as that is itself, and more: rows can be read a word at a time, and written after the last. */
  bytes = new Uint8Array(FIRST_BYTES);
  #filled = 0;
  /** How much of what is filled was given out as rows. */
  #taken = 0;

  /** How many of `bytes` were received; what follows has no meaning. */
  get filled(): number {
    return this.#filled;
  }

  /** Whether a row has begun and not ended. */
  get isInRow(): boolean {
    return this.#filled > this.#taken;
  }

  /** @returns where the last row ends of those that `bytes` now begins with, in place of earlier ones; 0 if none ends */
  push(data: Uint8Array): number {
    this.bytes.copyWithin(0, this.#taken, this.#filled);
    this.#filled -= this.#taken;
    const rowsEnd = data.lastIndexOf(LINE_FEED) + 1;
    this.#taken = rowsEnd === 0 ? 0 : this.#filled + rowsEnd;
    const needed = Math.ceil(2.25 * (this.#filled + data.length)) + 64;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.bytes.length, needed));
      larger.set(this.bytes.subarray(0, this.#filled));
      this.bytes = larger;
    }
    this.bytes.set(data, this.#filled);
    this.#filled += data.length;
    return this.#taken;
  }
}
