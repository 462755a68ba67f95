import type { Row } from '../../core/ports/export-source.ts';

/** Rows taken in any number, whatever the batches they come in: a sheet may end in the middle of one. */
export class RowCursor {
  readonly #batches: AsyncIterator<readonly Row[]>;
  #rows: readonly Row[] = [];
  #taken = 0;

  constructor(batches: AsyncIterable<readonly Row[]>) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** How many rows have been taken. */
  get taken(): number {
    return this.#taken;
  }

  /** The rows at hand, without taking them; none only after the last one. */
  async peek(): Promise<readonly Row[]> {
    while (this.#rows.length === 0) {
      const batch = await this.#batches.next();
      if (batch.done) break;
      this.#rows = batch.value;
    }
    return this.#rows;
  }

  /** At least one row and at most `limit`; none only after the last one. */
  async take(limit: number): Promise<readonly Row[]> {
    const rows = await this.peek();
    const taken = rows.length <= limit ? rows : rows.slice(0, limit);
    this.#rows = rows.slice(taken.length);
    this.#taken += taken.length;
    return taken;
  }

  /** Ends the source of the rows, wherever it is. */
  async close(): Promise<void> {
    await this.#batches.return?.();
  }
}
