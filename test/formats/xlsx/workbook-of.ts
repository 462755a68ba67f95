import type { Cell, Column, Columns } from '../../../core/domain/report.ts';
import type { Row } from '../../../core/ports/export-source.ts';
import { xlsx } from '../../../formats/xlsx/xlsx.ts';
import { factsOf, fileOf } from '../file-of.ts';
import { type OpenWorkbook, openWorkbook, type SheetCell } from '../open-workbook.ts';

export async function workbookOf(columns: Columns, rows: readonly Row[]): Promise<OpenWorkbook> {
  return openWorkbook(await fileOf(xlsx(), factsOf(columns), rows));
}

/** The cells of a file with one column of these. */
export async function cellsOf(column: Column, cells: readonly Cell[]): Promise<(SheetCell | undefined)[]> {
  const { sheets } = await workbookOf(
    { value: column },
    cells.map((cell) => [cell]),
  );
  return cells.map((_, index) => sheets[0]?.rows[index + 1]?.[0]);
}

export const text = (value: string): SheetCell => ({ type: 'text', value, format: '@' });
export const number = (value: string, format: string): SheetCell => ({ type: 'number', value, format });
