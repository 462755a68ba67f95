import type { CellBatch } from '../../core/domain/cell-batch.ts';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import { XLSX_MAX_CELL_CHARACTERS, XLSX_MAX_SHEET_ROWS } from '../../core/domain/format-limits.ts';
import type { ByteChunks } from '../byte-chunks.ts';
import { mostEscapedBytes, utf16Length, Words } from '../byte-text.ts';
import { type CellWriter, cellWriter, MAX_ELEMENT_BYTES } from './cells.ts';
import { MAX_BYTES_PER_BYTE, plainInXml } from './xml-text.ts';

const rowOpening = new Words('<row r="');
const rowBegin = new Words('">');
const rowEnd = new Words('</row>');

const NULL = -1;
/** Of rows with more text, the room is counted, not guessed. */
const MUCH_TEXT_BYTES = 16_384;

/** A text longer than a cell can be. */
export interface TooLongText {
  readonly column: number;
  readonly characters: number;
}

/** Writes the rows of a sheet. */
export class RowWriter {
  readonly #writers: readonly CellWriter[];
  readonly #rowNumber = new Words(String(XLSX_MAX_SHEET_ROWS));

  constructor(columns: readonly FileColumn[]) {
    this.#writers = columns.map((_, position) => cellWriter(columns, position));
  }

  /**
   * Writes one row, into room that has been reserved for it.
   * @param rowNumber in the sheet, from 1
   */
  write({ bytes, bounds, width }: CellBatch, row: number, rowNumber: number, out: ByteChunks): void {
    const number = this.#rowNumber;
    number.setInteger(rowNumber);
    out.used = rowBegin.write(out.view, number.write(out.view, rowOpening.write(out.view, out.used)));
    let bound = 2 * row * width;
    for (const write of this.#writers) {
      const start = bounds[bound] ?? NULL;
      if (start !== NULL) write(bytes, start, bounds[bound + 1] ?? start, number, out);
      bound += 2;
    }
    out.used = rowEnd.write(out.view, out.used);
  }

  /** The most bytes that a row takes, or why it cannot be written. */
  mostBytes({ bytes, bounds, width }: CellBatch, row: number): number | TooLongText {
    let textBytes = 0;
    for (let column = 0, bound = 2 * row * width; column < width; column += 1, bound += 2) {
      const start = bounds[bound] ?? NULL;
      if (start === NULL) continue;
      const end = bounds[bound + 1] ?? start;
      textBytes += end - start;
      if (end - start <= XLSX_MAX_CELL_CHARACTERS) continue;
      const characters = utf16Length(bytes, start, end);
      if (characters > XLSX_MAX_CELL_CHARACTERS) return { column, characters };
    }
    const overhead = MAX_ELEMENT_BYTES * (width + 1);
    if (textBytes <= MUCH_TEXT_BYTES) return overhead + MAX_BYTES_PER_BYTE * textBytes;
    return overhead + escapedBytes({ bytes, bounds, width }, row);
  }
}

function escapedBytes({ bytes, bounds, width }: Pick<CellBatch, 'bytes' | 'bounds' | 'width'>, row: number): number {
  let most = 0;
  for (let column = 0, bound = 2 * row * width; column < width; column += 1, bound += 2) {
    const start = bounds[bound] ?? NULL;
    if (start === NULL) continue;
    most += mostEscapedBytes(bytes, start, bounds[bound + 1] ?? start, plainInXml, MAX_BYTES_PER_BYTE);
  }
  return most;
}
