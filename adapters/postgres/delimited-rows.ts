import { EACH_BYTE, firstHighBit, HIGH_BITS } from '../../core/domain/byte-word.ts';
import { type DelimitedStyle, decimalMarkOf, delimiterOf } from '../../core/domain/delimited.ts';
import { type ColumnType, isTextual } from '../../core/domain/report.ts';
import type { ByteChunk } from '../../core/ports/export-source.ts';
import { ABOVE_ENDS, escapedBytes } from './copy-escapes.ts';
import { isFormula, mayBeFormula } from './formula-start.ts';
import { finishDate, finishInstant } from './instant-text.ts';
import { RowBuffer } from './row-buffer.ts';

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const COMMA = 0x2c;
const POINT = 0x2e;
const LETTER_N = 0x4e;
const BACKSLASH = 0x5c;
const LETTER_E = 0x65;
const LETTER_T = 0x74;

/** What a column's cells may hold. */
const PLAIN = 0;
const TEXT = 1;
const GUARDED_TEXT = 2;
const BOOLEAN = 3;
const DATE = 4;
const INSTANT = 5;
const COMMA_NUMBER = 6;

/** `true`, and what `false` begins with, as little-endian words. */
const TRUE = 0x65757274;
const FALS = 0x736c6166;

/** `f` and its tab become `false` and a comma; no cell grows more. */
const MOST_GROWTH = 3;
/** For what is written beyond a cell's end, a word at a time. */
const ROOM_BYTES = 64;
/** As much as is given out at once, or more: each time costs the same, however little it is. */
const GATHERED_BYTES = 64 * 1024;

function kindOf(type: ColumnType, style: DelimitedStyle): number {
  if (isTextual(type)) return style.neutralizeFormulas ? GUARDED_TEXT : TEXT;
  switch (type) {
    case 'decimal':
    case 'float':
      return decimalMarkOf(style) === ',' ? COMMA_NUMBER : PLAIN;
    case 'boolean':
      return BOOLEAN;
    case 'date':
      return DATE;
    case 'timestamp':
      return INSTANT;
    default:
      return PLAIN;
  }
}

/**
 * Makes csv or tsv of what `COPY ... TO STDOUT (FORMAT text)` sends, with instants in ISO 8601 and an apostrophe before formulas: for
 * the server that is several times as much work as it is here. The quotes are those that its own csv would have.
 *
 * Cells are copied four bytes at a time, as long as none of the four has a meaning. The buffers are used again.
 */
export class DelimitedWriter {
  readonly #kinds: Uint8Array;
  readonly #delimiter: number;
  readonly #received = new RowBuffer();
  #written = new Uint8Array(0);
  /** How much of it is rows that are to be given out, and how many those are. */
  #gathered = 0;
  #rows = 0;

  constructor(types: readonly ColumnType[], style: DelimitedStyle) {
    this.#kinds = Uint8Array.from(types, (type) => kindOf(type, style));
    this.#delimiter = delimiterOf(style).charCodeAt(0);
  }

  /**
   * The rows of one COPY, to be read to its end before the next. What they are given out in is written over by those that follow.
   * @param chunks the server's bytes, in which each row ends with CR LF
   */
  async *rowsOf(chunks: AsyncIterable<readonly Uint8Array[]>): AsyncGenerator<ByteChunk> {
    this.#gathered = 0;
    this.#rows = 0;
    for await (const received of chunks) {
      for (const data of received) {
        const rowsEnd = this.#received.push(data);
        if (rowsEnd > 0) this.#write(rowsEnd);
        if (this.#gathered >= GATHERED_BYTES) yield this.#take();
      }
    }
    if (this.#received.isInRow) throw new Error('The last row of a COPY has no end');
    if (this.#gathered > 0) yield this.#take();
  }

  #take(): ByteChunk {
    const taken = { data: this.#written.subarray(0, this.#gathered), rows: this.#rows };
    this.#gathered = 0;
    this.#rows = 0;
    return taken;
  }

  /** Room after what has been gathered. */
  #reserve(bytes: number): void {
    const needed = this.#gathered + bytes;
    if (needed <= this.#written.length) return;
    const larger = new Uint8Array(Math.ceil(1.25 * needed));
    larger.set(this.#written.subarray(0, this.#gathered));
    this.#written = larger;
  }

  /** The hot loop of every export as csv. Locals and one function, because calls and fields cost more than what is done. */
  #write(rowsEnd: number): void {
    const kinds = this.#kinds;
    const width = kinds.length;
    const delimiter = this.#delimiter;
    const delimiters = delimiter * EACH_BYTE;
    this.#reserve(MOST_GROWTH * rowsEnd + ROOM_BYTES);
    const source = this.#received.bytes;
    const sourceWords = new DataView(source.buffer);
    const target = this.#written;
    const targetWords = new DataView(target.buffer);
    let read = 0;
    let written = this.#gathered;
    let column = 0;
    let rows = 0;

    while (read < rowsEnd) {
      const kind = kinds[column];
      const first = source[read] ?? 0;
      const start = written;
      if (first === BACKSLASH && source[read + 1] === LETTER_N) {
        read += 2;
      } else if (kind === GUARDED_TEXT || kind === TEXT) {
        const cellStart = read;
        const isGuarded = kind === GUARDED_TEXT && mayBeFormula[first] === 1 && isFormula(source, read);
        let isQuoted = first === TAB || first === CARRIAGE_RETURN;
        if (isGuarded) target[written++] = APOSTROPHE;
        while (!isQuoted) {
          const word = sourceWords.getInt32(read, true);
          targetWords.setInt32(written, word, true);
          const quotes = word ^ (QUOTE * EACH_BYTE);
          const marks = word ^ delimiters;
          const slashes = word ^ (BACKSLASH * EACH_BYTE);
          const found =
            (((word - ABOVE_ENDS) & ~word) |
              ((quotes - EACH_BYTE) & ~quotes) |
              ((marks - EACH_BYTE) & ~marks) |
              ((slashes - EACH_BYTE) & ~slashes)) &
            HIGH_BITS;
          if (found === 0) {
            read += 4;
            written += 4;
            continue;
          }
          const before = firstHighBit(found);
          read += before;
          written += before;
          const byte = source[read] ?? 0;
          if (byte === TAB || byte === CARRIAGE_RETURN) break;
          const meant = byte === BACKSLASH ? (escapedBytes[source[read + 1] ?? 0] ?? 0) : byte;
          isQuoted = meant === QUOTE || meant === delimiter || meant === LINE_FEED || meant === CARRIAGE_RETURN;
          if (isQuoted) break;
          target[written++] = meant;
          read += byte === BACKSLASH ? 2 : 1;
        }
        // Alone on a line it would end the data of older programs.
        if (width === 1 && written - start === 2 && target[start] === BACKSLASH && target[start + 1] === POINT)
          isQuoted = true;
        if (isQuoted) {
          read = cellStart;
          written = start;
          target[written++] = QUOTE;
          if (isGuarded) target[written++] = APOSTROPHE;
          for (;;) {
            const word = sourceWords.getInt32(read, true);
            targetWords.setInt32(written, word, true);
            const quotes = word ^ (QUOTE * EACH_BYTE);
            const slashes = word ^ (BACKSLASH * EACH_BYTE);
            const found =
              (((word - ABOVE_ENDS) & ~word) | ((quotes - EACH_BYTE) & ~quotes) | ((slashes - EACH_BYTE) & ~slashes)) &
              HIGH_BITS;
            if (found === 0) {
              read += 4;
              written += 4;
              continue;
            }
            const before = firstHighBit(found);
            read += before;
            written += before;
            const byte = source[read] ?? 0;
            if (byte === TAB || byte === CARRIAGE_RETURN) break;
            if (byte === QUOTE) target[written++] = QUOTE;
            target[written++] = byte === BACKSLASH ? (escapedBytes[source[read + 1] ?? 0] ?? 0) : byte;
            read += byte === BACKSLASH ? 2 : 1;
          }
          target[written++] = QUOTE;
        }
      } else if (kind === BOOLEAN) {
        targetWords.setInt32(written, first === LETTER_T ? TRUE : FALS, true);
        written += 4;
        if (first !== LETTER_T) target[written++] = LETTER_E;
        read += 1;
      } else {
        for (;;) {
          const word = sourceWords.getInt32(read, true);
          targetWords.setInt32(written, word, true);
          const found = (word - ABOVE_ENDS) & ~word & HIGH_BITS;
          if (found === 0) {
            read += 4;
            written += 4;
            continue;
          }
          const before = firstHighBit(found);
          read += before;
          written += before;
          break;
        }
        if (kind === INSTANT) written = finishInstant(target, start, written);
        else if (kind === DATE) finishDate(target, start);
        else if (kind === COMMA_NUMBER) {
          for (let at = start; at < written; at += 1) if (target[at] === POINT) target[at] = COMMA;
        }
      }

      column += 1;
      if (source[read] === TAB) {
        target[written++] = delimiter;
        read += 1;
      } else {
        if (column !== width) throw new Error(`A row of a COPY has not ${width} cells`);
        column = 0;
        rows += 1;
        target[written] = CARRIAGE_RETURN;
        target[written + 1] = LINE_FEED;
        written += 2;
        read += 2;
      }
    }
    this.#gathered = written;
    this.#rows += rows;
  }
}
