/** Enough for a compressor or a socket to work on, little enough to hold. */
const CHUNK_BYTES = 256 * 1024;
/** Words may reach so far beyond the text that they hold. */
const SLACK_BYTES = 8;

/** Gathers bytes that are written straight into `bytes`, from `used` on, wherever room has been reserved. */
export class ByteChunks {
  bytes = new Uint8Array(CHUNK_BYTES);
  /** Of the same bytes. */
  view = new DataView(this.bytes.buffer);
  used = 0;
  readonly #isRecycling: boolean;
  #spare: Uint8Array<ArrayBuffer> | undefined;

  /**
   * @param isRecycling whether what was given out holds only until the one after the next has been asked for. @default
   * false: until its receiver drops it
   */
  constructor(isRecycling = false) {
    this.#isRecycling = isRecycling;
  }

  /** Makes room for so many bytes. What had been gathered before, if that takes a new chunk. */
  reserve(count: number): Uint8Array | undefined {
    const needed = count + SLACK_BYTES;
    if (this.used + needed <= this.bytes.length) return undefined;
    const full = this.rest();
    const next = this.#isRecycling ? this.#spare : undefined;
    this.#spare = this.bytes.length === CHUNK_BYTES ? this.bytes : undefined;
    this.bytes = next !== undefined && needed <= CHUNK_BYTES ? next : new Uint8Array(Math.max(CHUNK_BYTES, needed));
    this.view = new DataView(this.bytes.buffer);
    this.used = 0;
    return full.length > 0 ? full : undefined;
  }

  /** Writes all of it. What had been gathered before, if that takes a new chunk. */
  append(data: Uint8Array): Uint8Array | undefined {
    const full = this.reserve(data.length);
    this.bytes.set(data, this.used);
    this.used += data.length;
    return full;
  }

  /** What has been gathered since a chunk was last given out. */
  rest(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }
}
