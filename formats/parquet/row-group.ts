import type { ColumnSource } from 'hyparquet-writer';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import type { Row } from '../../core/ports/export-source.ts';
import { type ParquetColumn, type ParquetValue, parquetColumn } from './parquet-column.ts';

/** All that is in memory of the file; readers like more, but each column of a group is encoded in one go. */
const MAX_ROWS = 10_000;
/** Against rows with long texts. */
const MAX_CHARACTERS = 16_000_000;
const SHOWN_CHARACTERS = 60;

/** Rows by column, until there are enough to write. */
export class RowGroup {
  readonly #columns: readonly FileColumn[];
  readonly #parquetColumns: readonly ParquetColumn[];
  #values: (ParquetValue | null)[][];
  #rows = 0;
  #rowsBefore = 0;
  #characters = 0;

  constructor(columns: readonly FileColumn[]) {
    this.#columns = columns;
    this.#parquetColumns = columns.map(parquetColumn);
    this.#values = columns.map(() => []);
  }

  get rows(): number {
    return this.#rows;
  }

  get isFull(): boolean {
    return this.#rows >= MAX_ROWS || this.#characters >= MAX_CHARACTERS;
  }

  /** @throws ExportFailedError invalid_data for a value that its column's type cannot hold */
  add(row: Row): void {
    this.#rows += 1;
    this.#parquetColumns.forEach(({ convert }, position) => {
      const cell = row[position] ?? null;
      const value = cell === null ? null : convert(cell);
      if (value === undefined) this.#refuse(position, cell ?? '');
      else this.#values[position]?.push(value);
      this.#characters += cell?.length ?? 0;
    });
  }

  /** The columns of the group, which is empty after this. */
  take(): ColumnSource[] {
    const columns = this.#columns.map(({ name }, position) => ({ name, data: this.#values[position] ?? [] }));
    this.#values = this.#columns.map(() => []);
    this.#rowsBefore += this.#rows;
    this.#rows = 0;
    this.#characters = 0;
    return columns;
  }

  #refuse(position: number, cell: string): never {
    const row = (this.#rowsBefore + this.#rows).toLocaleString('en');
    const value = cell.length > SHOWN_CHARACTERS ? `${cell.slice(0, SHOWN_CHARACTERS)}…` : cell;
    const userMessage =
      `Row ${row} has “${value}” in the column “${this.#columns[position]?.header}”, which a Parquet file cannot hold ` +
      `as ${this.#parquetColumns[position]?.typeName}. Choose CSV, or leave the column out.`;
    throw new ExportFailedError('invalid_data', { retryable: false, userMessage });
  }
}
