import { CellBatch, NULL_START } from '../../core/domain/cell-batch.ts';
import type { ByteChunk } from '../../core/ports/export-source.ts';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const LETTER_N = 0x4e;
const BACKSLASH = 0x5c;

/**
 * The rows in what `COPY ... TO STDOUT (FORMAT text)` sends: within a cell, tabs, line ends and backslashes are escaped,
 * so a tab always parts two cells, and a line end always ends a row.
 * @param chunks the server's bytes, in which each row ends with CR LF
 * @see https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export async function* rowsOf(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<CellBatch> {
  const reader = new CopyTextReader();
  for await (const { data } of chunks) {
    const batch = reader.push(data);
    if (batch) yield batch;
  }
  if (reader.isInRow) throw new Error('The last row of a COPY has no end');
}

/** Uses its buffers again, so that reading takes as much memory as the longest batch, whatever their number. */
class CopyTextReader {
  #bytes: Uint8Array = new Uint8Array(128 * 1024);
  #bounds: Int32Array = new Int32Array(16 * 1024);
  #filled = 0;
  /** How much of what is filled was given out as rows. */
  #taken = 0;
  #width: number | undefined;

  /** Whether a row has begun and not ended. */
  get isInRow(): boolean {
    return this.#filled > this.#taken;
  }

  /** The rows that end in this chunk, if there are any. */
  push(data: Uint8Array): CellBatch | undefined {
    this.#append(data);
    const rowsEnd = this.#filled - data.length + data.lastIndexOf(LINE_FEED) + 1;
    if (rowsEnd <= this.#filled - data.length) return undefined;
    this.#taken = rowsEnd;
    const cells = this.#readCells(rowsEnd);
    const width = this.#width ?? cells;
    return new CellBatch(this.#bytes, this.#bounds, width, cells / width);
  }

  #append(data: Uint8Array): void {
    this.#bytes.copyWithin(0, this.#taken, this.#filled);
    this.#filled -= this.#taken;
    this.#taken = 0;
    if (this.#filled + data.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#filled + data.length));
      larger.set(this.#bytes.subarray(0, this.#filled));
      this.#bytes = larger;
    }
    this.#bytes.set(data, this.#filled);
    this.#filled += data.length;
  }

  /**
   * Finds the bounds of all cells, and takes away their escapes.
   * @returns how many there are
   */
  #readCells(end: number): number {
    const bytes = this.#bytes;
    let bounds: Int32Array = this.#bounds;
    let cell = 0;
    let start = 0;
    let position = 0;
    let rowStart = 0;
    while (position < end) {
      let byte = bytes[position] ?? 0;
      while (byte !== TAB && byte !== CARRIAGE_RETURN && byte !== BACKSLASH) {
        position += 1;
        byte = bytes[position] ?? TAB;
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
      byte = escapes[byte] ?? byte;
    }
    bytes[written] = byte;
    written += 1;
  }
  return written;
}

/** What the letter after a backslash stands for, by its code. */
const escapes: Readonly<Record<number, number>> = {
  [code('b')]: code('\b'),
  [code('f')]: code('\f'),
  [code('n')]: code('\n'),
  [code('r')]: code('\r'),
  [code('t')]: code('\t'),
  [code('v')]: code('\v'),
};

function code(character: string): number {
  return character.charCodeAt(0);
}
