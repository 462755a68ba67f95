import { ExportFailedError } from '../../core/domain/errors.ts';
import type { FileFacts, FileFormat } from '../file-format.ts';
import { RowCursor } from './row-cursor.ts';
import { sheetXml } from './sheet.ts';
import { closingParts, leadingParts, type Sheet, sheetName, sheetPath } from './workbook.ts';
import { type ZipEntry, zipped } from './zip.ts';

/** @see https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3 */
const MAX_SHEET_ROWS = 1_048_576;

/**
 * Excel workbooks. Numbers, dates and booleans are such where a cell holds them exactly, else text; text is text,
 * whatever it begins with. Times are those of the clock in the export's time zone.
 * @param options.maxSheetRows with the header. @default what Excel opens
 */
export function xlsx({ maxSheetRows = MAX_SHEET_ROWS }: { readonly maxSheetRows?: number } = {}): FileFormat {
  return (facts, rows) => zipped(workbookParts(facts, new RowCursor(rows), maxSheetRows), facts.snapshot.takenAt);
}

async function* workbookParts(
  { plan, snapshot }: FileFacts,
  cursor: RowCursor,
  maxSheetRows: number,
): AsyncGenerator<ZipEntry> {
  try {
    yield* entriesOf(leadingParts(plan, snapshot.takenAt));
    const sheets: Sheet[] = [];
    do {
      if (sheets.length > 0 && plan.report.sheetOverflow === 'fail') throw sheetOverflow(maxSheetRows);
      const number = sheets.length + 1;
      const rowsBefore = cursor.taken;
      yield {
        path: sheetPath(number),
        content: sheetXml(plan.columns, cursor, { rowsBefore, maxSheetRows }),
      };
      sheets.push({ name: sheetName(plan.snapshot.report.title, number), rows: cursor.taken - rowsBefore + 1 });
    } while ((await cursor.peek()).length > 0);
    yield* entriesOf(closingParts(sheets, plan.columns.length));
  } finally {
    await cursor.close();
  }
}

function* entriesOf(parts: Readonly<Record<string, string>>): Generator<ZipEntry> {
  for (const [path, content] of Object.entries(parts)) yield { path, content };
}

function sheetOverflow(maxSheetRows: number): ExportFailedError {
  const userMessage =
    `The export has more rows than the ${(maxSheetRows - 1).toLocaleString('en')} that a sheet of an Excel file holds. ` +
    'Try a narrower date range, or choose CSV.';
  return new ExportFailedError('too_large', { retryable: false, userMessage });
}
