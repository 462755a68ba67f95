import { CellBatch, NULL_START } from '../core/domain/cell-batch.ts';
import type { Row, RowBatch } from '../core/ports/export-source.ts';

/** UTF-8 has at most so many bytes for a UTF-16 code unit. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * The rows of any source as cells in bytes, in batches that are not empty and hold until the next is asked for.
 * @param width cells of a row; those that a row lacks are NULL
 * @param keepsHalves whether halves of surrogate pairs become the three bytes that code points of their number would
 * have. @default false: they become U+FFFD
 */
export async function* cellBatches(
  rows: AsyncIterable<RowBatch>,
  width: number,
  keepsHalves = false,
): AsyncGenerator<CellBatch> {
  const encoder = new RowEncoder(width, keepsHalves);
  for await (const batch of rows) {
    if (batch.length === 0) continue;
    if (!(batch instanceof CellBatch)) yield encoder.encode(batch);
    else if (batch.width === width) yield batch;
    else throw new Error(`Rows have ${batch.width} cells, not ${width}`);
  }
}

class RowEncoder {
  readonly #width: number;
  readonly #keepsHalves: boolean;
  #bytes = Buffer.alloc(64 * 1024);
  #bounds = new Int32Array(0);
  #used = 0;

  constructor(width: number, keepsHalves: boolean) {
    this.#width = width;
    this.#keepsHalves = keepsHalves;
  }

  encode(batch: Iterable<Row> & { readonly length: number }): CellBatch {
    const needed = 2 * this.#width * batch.length;
    if (this.#bounds.length < needed) this.#bounds = new Int32Array(needed);
    this.#used = 0;
    let bound = 0;
    for (const row of batch) {
      for (let column = 0; column < this.#width; column += 1) {
        const cell = row[column] ?? null;
        this.#bounds[bound] = cell === null ? NULL_START : this.#used;
        if (cell !== null) this.#append(cell);
        this.#bounds[bound + 1] = this.#used;
        bound += 2;
      }
    }
    const { buffer, byteOffset } = this.#bytes;
    return new CellBatch(new Uint8Array(buffer, byteOffset, this.#used), this.#bounds, this.#width, batch.length);
  }

  #append(text: string): void {
    const room = text.length * MAX_BYTES_PER_UNIT;
    if (this.#used + room > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(2 * this.#bytes.length, this.#used + room));
      this.#bytes.copy(larger, 0, 0, this.#used);
      this.#bytes = larger;
    }
    if (!this.#keepsHalves || text.isWellFormed()) {
      this.#used += this.#bytes.write(text, this.#used);
      return;
    }
    for (const character of text) {
      if (character.isWellFormed()) this.#used += this.#bytes.write(character, this.#used);
      else this.#appendHalf(character.charCodeAt(0));
    }
  }

  #appendHalf(code: number): void {
    this.#bytes[this.#used] = 0xe0 | (code >> 12);
    this.#bytes[this.#used + 1] = 0x80 | ((code >> 6) & 0x3f);
    this.#bytes[this.#used + 2] = 0x80 | (code & 0x3f);
    this.#used += MAX_BYTES_PER_UNIT;
  }
}
