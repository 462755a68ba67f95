import { type CellBatch, NULL_START } from '../../core/domain/cell-batch.ts';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import { XLSX_MAX_CELL_CHARACTERS, XLSX_MAX_SHEET_ROWS } from '../../core/domain/format-limits.ts';
import type { ByteChunks } from '../byte-chunks.ts';
import { utf16Length, Words } from '../byte-text.ts';
import { mostRowBytes, rowTextBytes } from '../row-room.ts';
import { type CellWriter, cellWriter, MAX_ELEMENT_BYTES } from './cells.ts';
import { MAX_BYTES_PER_BYTE, plainInXml } from './xml-text.ts';

const rowOpening = new Words('<row r="');
const rowBegin = new Words('">');
const rowEnd = new Words('</row>');

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
  write(batch: CellBatch, row: number, rowNumber: number, out: ByteChunks): void {
    const { bounds, width } = batch;
    const number = this.#rowNumber;
    number.setInteger(rowNumber);
    out.used = rowBegin.write(out.view, number.write(out.view, rowOpening.write(out.view, out.used)));
    let bound = 2 * row * width;
    for (const write of this.#writers) {
      const start = bounds[bound] ?? NULL_START;
      if (start !== NULL_START) write(batch, start, bounds[bound + 1] ?? start, number, out);
      bound += 2;
    }
    out.used = rowEnd.write(out.view, out.used);
  }

  /** The most bytes that a row takes, or why it cannot be written. */
  mostBytes(batch: CellBatch, row: number): number | TooLongText {
    const text = rowTextBytes(batch, row);
    const tooLong = text > XLSX_MAX_CELL_CHARACTERS ? tooLongText(batch, row) : undefined;
    if (tooLong) return tooLong;
    return MAX_ELEMENT_BYTES * (batch.width + 1) + mostRowBytes(batch, row, plainInXml, MAX_BYTES_PER_BYTE, text);
  }
}

function tooLongText({ bytes, bounds, width }: CellBatch, row: number): TooLongText | undefined {
  for (let column = 0, bound = 2 * row * width; column < width; column += 1, bound += 2) {
    const start = bounds[bound] ?? NULL_START;
    const end = bounds[bound + 1] ?? start;
    if (start === NULL_START || end - start <= XLSX_MAX_CELL_CHARACTERS) continue;
    const characters = utf16Length(bytes, start, end);
    if (characters > XLSX_MAX_CELL_CHARACTERS) return { column, characters };
  }
  return undefined;
}
