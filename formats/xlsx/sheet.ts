import { ExportFailedError } from '../../core/domain/errors.ts';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import { XLSX_MAX_CELL_CHARACTERS } from '../../core/domain/format-limits.ts';
import type { Row } from '../../core/ports/export-source.ts';
import { type CellWriter, cellWriter, columnLetters, textWriter } from './cells.ts';
import { columnsXml } from './column-widths.ts';
import type { RowCursor } from './row-cursor.ts';
import { style } from './styles.ts';
import { Utf8Chunks } from './utf8-chunks.ts';

/**
 * The XML of one sheet: the header, then rows of the cursor until there are none or the sheet is full.
 * @param rowsBefore rows of the export on earlier sheets
 * @param maxSheetRows of this sheet, with the header
 * @throws ExportFailedError invalid_data for a text longer than a cell can be
 */
export async function* sheetXml(
  columns: readonly FileColumn[],
  cursor: RowCursor,
  { rowsBefore, maxSheetRows }: { readonly rowsBefore: number; readonly maxSheetRows: number },
): AsyncGenerator<Uint8Array> {
  const writers = columns.map((_, position) => cellWriter(columns, position));
  const xml = new Utf8Chunks();
  xml.append(sheetStart(columns, await cursor.peek(), rowsBefore === 0));
  let rowNumber = 1;
  while (rowNumber < maxSheetRows) {
    const rows = await cursor.take(maxSheetRows - rowNumber);
    if (rows.length === 0) break;
    for (const row of rows) {
      rowNumber += 1;
      const full = xml.append(rowXml(row, rowNumber, writers) ?? refuse(row, rowsBefore + rowNumber - 1, columns));
      if (full) yield full;
    }
  }
  const full = xml.append(sheetEnd(columns, rowNumber));
  if (full) yield full;
  yield xml.rest();
}

/** The cells a sheet's filter covers, e.g. `A1:C17`. */
export function filterRange(columns: number, rows: number, absolute = ''): string {
  const last = columnLetters(columns - 1);
  return `${absolute}A${absolute}1:${absolute}${last}${absolute}${rows}`;
}

/** Undefined for a row with a text that is too long. */
function rowXml(row: Row, rowNumber: number, writers: readonly CellWriter[]): string | undefined {
  const number = String(rowNumber);
  let xml = `<row r="${number}">`;
  for (let position = 0; position < writers.length; position += 1) {
    const cell = row[position];
    if (cell === null || cell === undefined) continue;
    if (cell.length > XLSX_MAX_CELL_CHARACTERS) return undefined;
    xml += writers[position]?.(cell, number);
  }
  return `${xml}</row>`;
}

function refuse(row: Row, exportRow: number, columns: readonly FileColumn[]): never {
  const position = row.findIndex((cell) => cell !== null && cell.length > XLSX_MAX_CELL_CHARACTERS);
  const length = row[position]?.length.toLocaleString('en');
  const userMessage =
    `Row ${exportRow.toLocaleString('en')} has a text of ${length} characters in the column “${columns[position]?.header}”, ` +
    `but a cell of an Excel file holds at most ${XLSX_MAX_CELL_CHARACTERS.toLocaleString('en')}. ` +
    'Choose CSV, or leave the column out.';
  throw new ExportFailedError('invalid_data', { retryable: false, userMessage });
}

function sheetStart(columns: readonly FileColumn[], sample: readonly Row[], isFirst: boolean): string {
  const headers = columns.map(({ header }, position) => textWriter(position, style.header)(header, '1'));
  return (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    `<sheetViews><sheetView${isFirst ? ' tabSelected="1"' : ''} workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
    '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>' +
    '<sheetFormatPr defaultRowHeight="15"/>' +
    `${columnsXml(columns, sample)}<sheetData><row r="1">${headers.join('')}</row>`
  );
}

function sheetEnd(columns: readonly FileColumn[], rows: number): string {
  const range = filterRange(columns.length, rows);
  return (
    `</sheetData><autoFilter ref="${range}"/>` +
    // Digits in a text cell are meant: no warning triangle in the corner of each.
    `<ignoredErrors><ignoredError sqref="${range}" numberStoredAsText="1"/></ignoredErrors></worksheet>`
  );
}
