import { tooManyRows, XLSX_MAX_SHEET_ROWS } from '../../core/domain/format-limits.ts';
import type { FileFacts, FileFormat } from '../file-format.ts';
import { cellBatches } from '../row-encoder.ts';
import { RowCursor } from './row-cursor.ts';
import { sheetChunks, sheetXml } from './sheet.ts';
import { closingParts, leadingParts, type Sheet, sheetName, sheetPath } from './workbook.ts';
import { type ZipEntry, zipped } from './zip.ts';

/**
 * Excel workbooks. Numbers, dates and booleans are such where a cell holds them exactly, else text; text is text,
 * whatever it begins with. Times are those of the clock in the export's time zone.
 * @param options.maxSheetRows with the header. @default what Excel opens
 */
export function xlsx({ maxSheetRows = XLSX_MAX_SHEET_ROWS }: { readonly maxSheetRows?: number } = {}): FileFormat {
  return (facts, rows) => {
    const cursor = new RowCursor(cellBatches(rows, facts.plan.columns.length));
    return zipped(workbookParts(facts, cursor, maxSheetRows), facts.snapshot.takenAt);
  };
}

async function* workbookParts(
  { plan, snapshot }: FileFacts,
  cursor: RowCursor,
  maxSheetRows: number,
): AsyncGenerator<ZipEntry> {
  try {
    yield* entriesOf(leadingParts(plan, snapshot.takenAt));
    const sheets: Sheet[] = [];
    const xml = sheetChunks();
    do {
      if (sheets.length > 0 && plan.report.sheetOverflow === 'fail') throw tooManyRows('xlsx', maxSheetRows - 1);
      const number = sheets.length + 1;
      const rowsBefore = cursor.taken;
      yield {
        path: sheetPath(number),
        content: sheetXml(plan.columns, cursor, { rowsBefore, maxSheetRows, xml }),
      };
      sheets.push({ name: sheetName(plan.snapshot.report.title, number), rows: cursor.taken - rowsBefore + 1 });
    } while ((await cursor.peek()) !== undefined);
    yield* entriesOf(closingParts(sheets, plan.columns.length));
  } finally {
    await cursor.close();
  }
}

function* entriesOf(parts: Readonly<Record<string, string>>): Generator<ZipEntry> {
  for (const [path, content] of Object.entries(parts)) yield { path, content };
}
