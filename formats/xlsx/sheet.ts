import { ExportFailedError } from '../../core/domain/errors.ts';
import type { FileColumn } from '../../core/domain/export-plan.ts';
import { XLSX_MAX_CELL_CHARACTERS } from '../../core/domain/format-limits.ts';
import { ByteChunks } from '../byte-chunks.ts';
import { bytesOf, textOf, Words } from '../byte-text.ts';
import { columnLetters, MAX_ELEMENT_BYTES, textWriter } from './cells.ts';
import { columnsXml, SAMPLE_ROWS } from './column-widths.ts';
import type { RowCursor, RowsAtHand } from './row-cursor.ts';
import { RowWriter, type TooLongText } from './row-writer.ts';
import { style } from './styles.ts';
import { MAX_BYTES_PER_BYTE } from './xml-text.ts';
import { CHUNKS_IN_USE } from './zip.ts';

/** So large that to hand it to a thread costs nothing that counts. */
const CHUNK_BYTES = 512 * 1024;

/** Memory for the sheets of a workbook, one after the other. */
export function sheetChunks(): ByteChunks {
  return new ByteChunks({ chunkBytes: CHUNK_BYTES, inUse: CHUNKS_IN_USE });
}

export interface SheetOptions {
  /** Rows of the export on earlier sheets. */
  readonly rowsBefore: number;
  /** Of this sheet, with the header. */
  readonly maxSheetRows: number;
  /** What it is written in. */
  readonly xml: ByteChunks;
}

/**
 * The XML of one sheet: the header, then rows of the cursor until there are none or the sheet is full, in chunks that hold as
 * {@link CHUNKS_IN_USE} says.
 * @throws ExportFailedError invalid_data for a text longer than a cell can be
 */
export async function* sheetXml(
  columns: readonly FileColumn[],
  cursor: RowCursor,
  { rowsBefore, maxSheetRows, xml }: SheetOptions,
): AsyncGenerator<Uint8Array> {
  const writer = new RowWriter(columns);
  xml.clear();
  xml.append(bytesOf(sheetStart(columns, await cursor.peek(), rowsBefore === 0)));
  let rowNumber = 1;
  while (rowNumber < maxSheetRows) {
    const atHand = await cursor.peek();
    if (atHand === undefined) break;
    const { batch, from } = atHand;
    const end = Math.min(batch.length, from + maxSheetRows - rowNumber);
    for (let row = from; row < end; row += 1) {
      rowNumber += 1;
      const most = writer.mostBytes(batch, row);
      if (typeof most !== 'number') refuse(most, rowsBefore + rowNumber - 1, columns);
      const full = xml.reserve(most);
      if (full) yield full;
      writer.write(batch, row, rowNumber, xml);
    }
    cursor.take(end - from);
  }
  const full = xml.append(bytesOf(sheetEnd(columns, rowNumber)));
  if (full) yield full;
  yield xml.rest();
}

/** The cells a sheet's filter covers, e.g. `A1:C17`. */
export function filterRange(columns: number, rows: number, absolute = ''): string {
  const last = columnLetters(columns - 1);
  return `${absolute}A${absolute}1:${absolute}${last}${absolute}${rows}`;
}

function refuse({ column, characters }: TooLongText, exportRow: number, columns: readonly FileColumn[]): never {
  const userMessage =
    `Row ${exportRow.toLocaleString('en')} has a text of ${characters.toLocaleString('en')} characters in the column ` +
    `“${columns[column]?.header}”, but a cell of an Excel file holds at most ` +
    `${XLSX_MAX_CELL_CHARACTERS.toLocaleString('en')}. Choose CSV, or leave the column out.`;
  throw new ExportFailedError('invalid_data', { retryable: false, userMessage });
}

function sheetStart(columns: readonly FileColumn[], atHand: RowsAtHand | undefined, isFirst: boolean): string {
  const sample = atHand
    ? [...atHand.batch.rows(atHand.from, Math.min(atHand.batch.length, atHand.from + SAMPLE_ROWS))]
    : [];
  const headers = columns.map(({ header }, position) => headerCell(header, position));
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

function headerCell(header: string, position: number): string {
  const bytes = bytesOf(header);
  const out = new ByteChunks();
  out.reserve(MAX_ELEMENT_BYTES + MAX_BYTES_PER_BYTE * bytes.length);
  textWriter(position, style.header)({ bytes, view: new DataView(bytes.buffer) }, 0, bytes.length, new Words('1'), out);
  return textOf(out.bytes, 0, out.used);
}

function sheetEnd(columns: readonly FileColumn[], rows: number): string {
  const range = filterRange(columns.length, rows);
  return (
    `</sheetData><autoFilter ref="${range}"/>` +
    // Digits in a text cell are meant: no warning triangle in the corner of each.
    `<ignoredErrors><ignoredError sqref="${range}" numberStoredAsText="1"/></ignoredErrors></worksheet>`
  );
}
