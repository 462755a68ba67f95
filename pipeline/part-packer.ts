import type { PartUpload } from '../core/ports/file-store.ts';

const MEBIBYTE = 1024 * 1024;
const PART_BYTES = 8 * MEBIBYTE;
/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;
/** With one more being filled: 32 MiB of buffers in all. */
const PARTS_IN_FLIGHT = 3;

/** 8 MiB, which reaches to 84 GB; more for a larger limit. */
export function partBytesFor(maxFileBytes: number): number {
  return Math.max(PART_BYTES, Math.ceil(maxFileBytes / MAX_PARTS / MEBIBYTE) * MEBIBYTE);
}

/** Packs chunks of any size into parts and sends a few at a time, in buffers that are used again. */
export class PartPacker {
  readonly #upload: PartUpload;
  readonly #partBytes: number;
  readonly #free: Uint8Array[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  #buffer: Uint8Array;
  #filled = 0;
  #sent = 0;
  #failure: { error: unknown } | undefined;

  constructor(upload: PartUpload, partBytes: number) {
    this.#upload = upload;
    this.#partBytes = partBytes;
    this.#buffer = this.#takeBuffer();
  }

  /** Parts sent so far. */
  get parts(): number {
    return this.#sent;
  }

  /**
   * Takes a copy of `data`; waits while too many parts are under way.
   * @throws what sending an earlier part threw
   */
  async write(data: Uint8Array): Promise<void> {
    for (let offset = 0; offset < data.length; ) {
      const end = Math.min(offset + this.#partBytes - this.#filled, data.length);
      this.#buffer.set(offset === 0 && end === data.length ? data : data.subarray(offset, end), this.#filled);
      this.#filled += end - offset;
      offset = end;
      if (this.#filled === this.#partBytes) await this.#sendPart();
    }
  }

  /** Sends what is left and waits until all parts have arrived. */
  async end(): Promise<void> {
    if (this.#filled > 0) await this.#sendPart();
    await Promise.all(this.#inFlight);
    this.#throwFailure();
  }

  async #sendPart(): Promise<void> {
    while (this.#inFlight.size >= PARTS_IN_FLIGHT) await Promise.race(this.#inFlight);
    this.#throwFailure();
    const buffer = this.#buffer;
    const sending = this.#upload
      .part(++this.#sent, buffer.subarray(0, this.#filled))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#inFlight.delete(sending);
        this.#free.push(buffer);
      });
    this.#inFlight.add(sending);
    this.#buffer = this.#takeBuffer();
    this.#filled = 0;
  }

  #takeBuffer(): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(this.#partBytes);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
