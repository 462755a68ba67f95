import type { ByteWriter } from 'hyparquet-writer';
import { type CellBatch, NULL_START } from '../../core/domain/cell-batch.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import { textOf } from '../byte-text.ts';
import { ColumnChunk, PageScratch } from './column-chunk.ts';
import type { GroupFacts } from './footer.ts';
import { parquetColumn } from './parquet-column.ts';

/** All that is in memory of the file; readers like more, but each column of a group is encoded in one go. */
const MAX_ROWS = 10_000;
/** Against rows with long texts. */
const MAX_TEXT_BYTES = 16_000_000;
const SHOWN_CHARACTERS = 60;

/** Rows by column, until there are enough to write. */
export class RowGroup {
  readonly #columns: readonly FileColumn[];
  readonly #chunks: readonly ColumnChunk[];
  readonly #scratch = new PageScratch();
  #rows = 0;
  #rowsBefore = 0;
  #textBytes = 0;

  constructor(columns: readonly FileColumn[]) {
    this.#columns = columns;
    this.#chunks = columns.map((column) => new ColumnChunk(parquetColumn(column), MAX_ROWS));
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows >= MAX_ROWS || this.#textBytes >= MAX_TEXT_BYTES;
  }

  /** @throws ExportFailedError invalid_data for a value that its column's type cannot hold */
  add({ bytes, bounds, width }: CellBatch, row: number): void {
    this.#rows += 1;
    let bound = 2 * row * width;
    for (const chunk of this.#chunks) {
      const start = bounds[bound] ?? NULL_START;
      const end = bounds[bound + 1] ?? start;
      bound += 2;
      if (start === NULL_START) chunk.addNull();
      else if (chunk.add(bytes, start, end)) this.#textBytes += end - start;
      else this.#refuse(this.#chunks.indexOf(chunk), textOf(bytes, start, end));
    }
  }

  /** Writes the group, which is empty after this. */
  write(out: ByteWriter): GroupFacts {
    const start = out.offset;
    const columns = this.#chunks.map((chunk) => chunk.write(out, this.#scratch));
    const group = {
      columns,
      total_byte_size: columns.reduce((sum, { meta_data: facts }) => sum + (facts?.total_uncompressed_size ?? 0n), 0n),
      num_rows: BigInt(this.#rows),
      total_compressed_size: BigInt(out.offset - start),
    };
    this.#rowsBefore += this.#rows;
    this.#rows = 0;
    this.#textBytes = 0;
    return group;
  }

  #refuse(position: number, cell: string): never {
    const column = this.#columns[position];
    const row = (this.#rowsBefore + this.#rows).toLocaleString('en');
    const value = cell.length > SHOWN_CHARACTERS ? `${cell.slice(0, SHOWN_CHARACTERS)}…` : cell;
    const userMessage =
      `Row ${row} has “${value}” in the column “${column?.header}”, which a Parquet file cannot hold ` +
      `as ${column && parquetColumn(column).typeName}. Choose CSV, or leave the column out.`;
    throw new ExportFailedError('invalid_data', { retryable: false, userMessage });
  }
}
