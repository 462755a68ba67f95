/** Enough for a compressor or a socket to work on, little enough to hold. */
const CHUNK_BYTES = 256 * 1024;
/** Words may reach so far beyond the text that they hold. */
const SLACK_BYTES = 8;

export interface ByteChunksOptions {
  /** What a chunk has, but for one with more in a piece. @default 256 KiB */
  readonly chunkBytes?: number;
  /** How many chunks must be asked for before the memory of one is used again. @default none is: each is its receiver's */
  readonly inUse?: number;
}

/** Gathers bytes that are written straight into `bytes`, from `used` on, wherever room has been reserved. */
export class ByteChunks {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of the same bytes. */
  view: DataView;
  used = 0;
  readonly #chunkBytes: number;
  readonly #inUse: number;
  /** Those that were given out and will be used again, the longest ago first. */
  readonly #givenOut: Uint8Array<ArrayBuffer>[] = [];

  constructor({ chunkBytes = CHUNK_BYTES, inUse = Number.POSITIVE_INFINITY }: ByteChunksOptions = {}) {
    this.#chunkBytes = chunkBytes;
    this.#inUse = inUse;
    this.bytes = new Uint8Array(chunkBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for so many bytes. What had been gathered before, if that takes a new chunk. */
  reserve(count: number): Uint8Array | undefined {
    const needed = count + SLACK_BYTES;
    if (this.used + needed <= this.bytes.length) return undefined;
    const full = this.rest();
    if (this.#inUse !== Number.POSITIVE_INFINITY && this.bytes.length === this.#chunkBytes)
      this.#givenOut.push(this.bytes);
    this.bytes = this.#next(needed);
    this.view = new DataView(this.bytes.buffer);
    this.used = 0;
    return full.length > 0 ? full : undefined;
  }

  #next(needed: number): Uint8Array<ArrayBuffer> {
    if (needed > this.#chunkBytes) return new Uint8Array(needed);
    const again = this.#givenOut.length >= this.#inUse ? this.#givenOut.shift() : undefined;
    return again ?? new Uint8Array(this.#chunkBytes);
  }

  /** Writes all of it. What had been gathered before, if that takes a new chunk. */
  append(data: Uint8Array): Uint8Array | undefined {
    const full = this.reserve(data.length);
    this.bytes.set(data, this.used);
    this.used += data.length;
    return full;
  }

  /** Begins anew, once nothing that was given out is in use. */
  clear(): void {
    this.used = 0;
  }

  /** What has been gathered since a chunk was last given out. */
  rest(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }
}
