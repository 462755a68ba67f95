import { EACH_BYTE, firstHighBit, HIGH_BITS } from '../../core/domain/byte-word.ts';
import { CellBatch, NULL_START } from '../../core/domain/cell-batch.ts';
import type { ColumnType } from '../../core/domain/report.ts';
import { ABOVE_ENDS, escapedBytes } from './copy-escapes.ts';
import { finishDate, finishInstant } from './instant-text.ts';
import { RowBuffer } from './row-buffer.ts';

const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const LETTER_N = 0x4e;
const BACKSLASH = 0x5c;
const LETTER_T = 0x74;

const trueBytes = Buffer.from('true');
const falseBytes = Buffer.from('false');

/**
 * The rows in what `COPY ... TO STDOUT (FORMAT text)` sends: within a cell, tabs, line ends and backslashes are escaped,
 * so a tab always parts two cells, and a line end always ends a row.
 * @param chunks the server's bytes, in which each row ends with CR LF
 * @param types of the columns, as far as texts differ from those of a {@link Cell}
 * @see https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export async function* rowsOf(
  chunks: AsyncIterable<readonly Uint8Array[]>,
  types: readonly ColumnType[],
): AsyncGenerator<CellBatch> {
  const reader = new CopyTextReader(types);
  for await (const gathered of chunks) {
    for (const data of gathered) {
      const batch = reader.push(data);
      if (batch) yield batch;
    }
  }
  if (reader.isInRow) throw new Error('The last row of a COPY has no end');
}

/** Uses its buffers again, so that reading takes as much memory as the longest batch, whatever their number. */
class CopyTextReader {
  readonly #buffer = new RowBuffer();
  readonly #types: readonly ColumnType[];
  #bounds: Int32Array = new Int32Array(16 * 1024);
  #width: number | undefined;

  constructor(types: readonly ColumnType[]) {
    this.#types = types;
  }

  /** Whether a row has begun and not ended. */
  get isInRow(): boolean {
    return this.#buffer.isInRow;
  }

  /** The rows that end in this chunk, if there are any. */
  push(data: Uint8Array): CellBatch | undefined {
    const rowsEnd = this.#buffer.push(data);
    if (rowsEnd === 0) return undefined;
    const cells = this.#readCells(rowsEnd);
    const width = this.#width ?? cells;
    this.#finishCells(cells, width);
    return new CellBatch(this.#buffer.bytes, this.#bounds, width, cells / width);
  }

  /** Texts that the server writes in another way than a {@link Cell} has them; longer ones stand after the rows. */
  #finishCells(cells: number, width: number): void {
    const { bytes, filled } = this.#buffer;
    const words = new DataView(bytes.buffer);
    const bounds = this.#bounds;
    const no = filled + trueBytes.length;
    let free = no + falseBytes.length;
    bytes.set(trueBytes, filled);
    bytes.set(falseBytes, no);
    this.#types.forEach((type, column) => {
      if (type !== 'boolean' && type !== 'date' && type !== 'timestamp') return;
      for (let cell = column; cell < cells; cell += width) {
        const start = bounds[2 * cell] ?? NULL_START;
        if (start === NULL_START) continue;
        if (type === 'date') {
          finishDate(bytes, start);
          continue;
        }
        if (type === 'boolean') {
          const isTrue = bytes[start] === LETTER_T;
          bounds[2 * cell] = isTrue ? filled : no;
          bounds[2 * cell + 1] = isTrue ? no : no + falseBytes.length;
          continue;
        }
        const end = bounds[2 * cell + 1] ?? start;
        for (let copied = 0; copied < end - start; copied += 4) {
          words.setInt32(free + copied, words.getInt32(start + copied, true), true);
        }
        bounds[2 * cell] = free;
        free = finishInstant(bytes, free, free + end - start);
        bounds[2 * cell + 1] = free;
      }
    });
  }

  /**
   * Finds the bounds of all cells, four bytes at a time, and takes away their escapes.
   * @returns how many there are
   */
  #readCells(end: number): number {
    const { bytes } = this.#buffer;
    const words = new DataView(bytes.buffer);
    let bounds: Int32Array = this.#bounds;
    let cell = 0;
    let start = 0;
    let position = 0;
    let rowStart = 0;
    while (position < end) {
      let byte = 0;
      for (;;) {
        const word = words.getInt32(position, true);
        const slashes = word ^ (BACKSLASH * EACH_BYTE);
        const found = (((word - ABOVE_ENDS) & ~word) | ((slashes - EACH_BYTE) & ~slashes)) & HIGH_BITS;
        if (found === 0) {
          position += 4;
          continue;
        }
        position += firstHighBit(found);
        byte = bytes[position] ?? 0;
        if (byte === TAB || byte === CARRIAGE_RETURN || byte === BACKSLASH) break;
        position += 1;
      }
      let cellEnd = position;
      if (byte === BACKSLASH) {
        const cellStop = endOfCell(bytes, position);
        if (position === start && cellStop - start === 2 && bytes[start + 1] === LETTER_N) start = NULL_START;
        else cellEnd = unescaped(bytes, position, cellStop);
        position = cellStop;
      }
      if (2 * cell + 2 > bounds.length) bounds = this.#enlargeBounds();
      bounds[2 * cell] = start;
      bounds[2 * cell + 1] = cellEnd;
      cell += 1;
      if (bytes[position] === CARRIAGE_RETURN) {
        position += 1;
        this.#width ??= cell;
        if (cell - rowStart !== this.#width) throw new Error('A row of a COPY has not as many cells as the first');
        rowStart = cell;
      }
      position += 1;
      start = position;
    }
    return cell;
  }

  #enlargeBounds(): Int32Array {
    const larger = new Int32Array(2 * this.#bounds.length);
    larger.set(this.#bounds);
    this.#bounds = larger;
    return larger;
  }
}

function endOfCell(bytes: Uint8Array, from: number): number {
  let position = from;
  while (bytes[position] !== TAB && bytes[position] !== CARRIAGE_RETURN) position += 1;
  return position;
}

/**
 * Writes what escapes stand for, in their place.
 * @returns where the text ends
 */
function unescaped(bytes: Uint8Array, from: number, end: number): number {
  let written = from;
  for (let read = from; read < end; read += 1) {
    let byte = bytes[read] ?? 0;
    if (byte === BACKSLASH) {
      read += 1;
      byte = bytes[read] ?? 0;
      byte = escapedBytes[byte] ?? byte;
    }
    bytes[written] = byte;
    written += 1;
  }
  return written;
}
