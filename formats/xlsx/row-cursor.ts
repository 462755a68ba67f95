import type { CellBatch } from '../../core/domain/cell-batch.ts';

/** Rows at hand: those of a batch from a position on. */
export interface RowsAtHand {
  readonly batch: CellBatch;
  readonly from: number;
}

/** Rows taken in any number, whatever the batches they come in: a sheet may end in the middle of one. */
export class RowCursor {
  readonly #batches: AsyncIterator<CellBatch>;
  #batch: CellBatch | undefined;
  #position = 0;
  #taken = 0;

  constructor(batches: AsyncIterable<CellBatch>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** How many rows have been taken. */
  get taken(): number {
    return this.#taken;
  }

  /** At least one row, without taking it; undefined only after the last one. */
  async peek(): Promise<RowsAtHand | undefined> {
    while (this.#batch === undefined || this.#position === this.#batch.length) {
      const next = await this.#batches.next();
      if (next.done) return undefined;
      this.#batch = next.value;
      this.#position = 0;
    }
    return { batch: this.#batch, from: this.#position };
  }

  /** Takes so many of the rows at hand. */
  take(count: number): void {
    this.#position += count;
    this.#taken += count;
  }

  /** Ends the source of the rows, wherever it is. */
  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}
