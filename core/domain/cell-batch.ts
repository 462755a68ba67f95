import type { Cell } from './report.ts';

/** Where a cell begins that is NULL. */
export const NULL_START = -1;

/** Where the texts of cells stand. */
export interface CellBytes {
  readonly bytes: Uint8Array;
  /** Of the same bytes. */
  readonly view: DataView;
}

/**
 * Rows of one width, their cells as UTF-8 in one buffer: at millions of cells, a string for each is what takes the time and
 * the memory. It holds only until the next batch is asked for, whose rows may take the place of its own; rows that are
 * iterated are copies.
 */
export class CellBatch implements Iterable<readonly Cell[]>, CellBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** Of each cell, row by row, where in `bytes` it begins and where it ends; it begins at {@link NULL_START} if it is NULL. */
  readonly bounds: Int32Array;
  /** Cells of a row. */
  readonly width: number;
  /** Rows. */
  readonly length: number;

  constructor(bytes: Uint8Array, bounds: Int32Array, width: number, length: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.bounds = bounds;
    this.width = width;
    this.length = length;
  }

  /** The cells of rows from one position to before another, as text. */
  *rows(from: number, to: number): Generator<readonly Cell[]> {
    // Of a buffer a short text costs less than of a TextDecoder.
    const buffer = Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    for (let row = from; row < to; row += 1) {
      const first = row * this.width;
      yield Array.from({ length: this.width }, (_, column) => {
        const start = this.bounds[2 * (first + column)] ?? NULL_START;
        return start === NULL_START ? null : buffer.toString('utf8', start, this.bounds[2 * (first + column) + 1]);
      });
    }
  }

  [Symbol.iterator](): Generator<readonly Cell[]> {
    return this.rows(0, this.length);
  }
}
