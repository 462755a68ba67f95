import type { PartUpload } from '../core/ports/file-store.ts';
import { PartBuffers, PartsInFlight } from './parts-in-flight.ts';

const MEBIBYTE = 1024 * 1024;
const PART_BYTES = 8 * MEBIBYTE;
/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

/** 8 MiB, which reaches to 84 GB; more for a larger limit. */
export function partBytesFor(maxFileBytes: number): number {
  return Math.max(PART_BYTES, Math.ceil(maxFileBytes / MAX_PARTS / MEBIBYTE) * MEBIBYTE);
}

/** Packs chunks of any size into parts and sends a few at a time. */
export class PartPacker {
  readonly #partBytes: number;
  readonly #buffers: PartBuffers;
  readonly #sending: PartsInFlight;
  /** Of the part that has begun, if one has: an empty file takes none. */
  #buffer: Uint8Array | undefined;
  #filled = 0;
  #sent = 0;

  constructor(upload: Pick<PartUpload, 'part'>, partBytes: number, buffers: PartBuffers = new PartBuffers()) {
    this.#partBytes = partBytes;
    this.#buffers = buffers;
    this.#sending = new PartsInFlight(upload, buffers);
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
      this.#buffer ??= this.#buffers.take(this.#partBytes);
      this.#buffer.set(offset === 0 && end === data.length ? data : data.subarray(offset, end), this.#filled);
      this.#filled += end - offset;
      offset = end;
      if (this.#filled === this.#partBytes) await this.#sendPart(this.#buffer);
    }
  }

  /** Sends what is left and waits until all parts have arrived. */
  async end(): Promise<void> {
    if (this.#buffer) await this.#sendPart(this.#buffer);
    await this.#sending.finish();
  }

  async #sendPart(buffer: Uint8Array): Promise<void> {
    await this.#sending.ready();
    this.#sent += 1;
    this.#sending.send(this.#sent, buffer, this.#filled);
    this.#buffer = undefined;
    this.#filled = 0;
  }
}
