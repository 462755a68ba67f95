import type { PartUpload } from '../core/ports/file-store.ts';

/** Parts under way at once; with one more being filled: 32 MiB of buffers in all, where parts have 8 MiB. */
const MAX_IN_FLIGHT = 3;

/** Memory for parts, used again: what a garbage collection has not come to yet would be taken a second time. */
export class PartBuffers {
  readonly #free: Uint8Array[] = [];

  take(bytes: number): Uint8Array {
    const last = this.#free.pop();
    if (last?.length === bytes) return last;
    this.#free.length = 0;
    return new Uint8Array(bytes);
  }

  giveBack(buffer: Uint8Array): void {
    this.#free.push(buffer);
  }
}

/** Sends parts of an upload, a few at a time. */
export class PartsInFlight {
  readonly #upload: Pick<PartUpload, 'part'>;
  readonly #buffers: PartBuffers;
  readonly #sending = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(upload: Pick<PartUpload, 'part'>, buffers: PartBuffers) {
    this.#upload = upload;
    this.#buffers = buffers;
  }

  /**
   * Waits while too many are under way.
   * @throws what sending an earlier part threw
   */
  async ready(): Promise<void> {
    while (this.#sending.size >= MAX_IN_FLIGHT) await Promise.race(this.#sending);
    this.#throwFailure();
  }

  /** @param buffer is given back once what it begins with, so many bytes, has arrived */
  send(number: number, buffer: Uint8Array, bytes: number): void {
    const sending = this.#upload
      .part(number, buffer.subarray(0, bytes))
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#sending.delete(sending);
        this.#buffers.giveBack(buffer);
      });
    this.#sending.add(sending);
  }

  /**
   * Waits until all have arrived.
   * @throws what sending one of them threw
   */
  async finish(): Promise<void> {
    await Promise.all(this.#sending);
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
