/** Enough for the compressor to work on, little enough to hold. */
const CHUNK_BYTES = 65_536;
/** UTF-8 has at most so many for a UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;

/** Gathers text as UTF-8. Encoding each row by itself takes half the time of one long text made of them. */
export class Utf8Chunks {
  #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  #used = 0;

  /** What had been gathered before, if the text needs a new chunk. */
  append(text: string): Uint8Array | undefined {
    const room = text.length * MAX_BYTES_PER_UNIT;
    let full: Uint8Array | undefined;
    if (room > this.#chunk.length - this.#used) {
      full = this.rest();
      this.#chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, room));
      this.#used = 0;
    }
    this.#used += this.#chunk.write(text, this.#used);
    return full;
  }

  /** What has been gathered since. */
  rest(): Uint8Array {
    return this.#chunk.subarray(0, this.#used);
  }
}
