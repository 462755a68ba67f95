import { setImmediate } from 'node:timers/promises';
import PDFDocument from 'pdfkit';
import type { ExportPlan } from '../../core/domain/export-plan.ts';
import { tooManyRows } from '../../core/domain/format-limits.ts';
import type { Row, RowBatch } from '../../core/ports/export-source.ts';
import type { FileFacts, FileFormat } from '../file-format.ts';
import { type PrintedCell, printedCell } from './cell-text.ts';
import { drawChart } from './chart.ts';
import { chartSeries } from './chart-series.ts';
import { headingFacts } from './facts.ts';
import { Fonts } from './fonts.ts';
import { drawFooters, drawNotes } from './footer.ts';
import { drawHeading } from './heading.ts';
import { printable } from './printable.ts';
import type { Sheet } from './sheet.ts';
import type { PageSize } from './style.ts';
import { drawTable } from './table.ts';
import { type TableLayout, tableLayout } from './table-layout.ts';
import { Typesetter } from './typesetter.ts';

/**
 * A document to print: title, filters, a chart if the report has one, and the rows as a table. The rows are held in
 * memory, of which a report's limit leaves few: column widths and the chart depend on all of them. The same rows of the
 * same snapshot give the same bytes.
 */
export const pdfDocument: FileFormat = async function* (facts, batches) {
  const { plan } = facts;
  const rows = await upToLimit(plan, batches);
  const fonts = new Fonts();
  const text = new Typesetter(fonts);
  const cells = rows.map((row) => plan.columns.map(({ type }, index) => printedCell(row[index] ?? null, type)));
  const layout = tableLayout(plan.columns, cells, text);
  const document = newDocument(facts, layout.page);
  for (const _ of drawn({ document, fonts, text, size: layout.page }, facts, { rows, cells, layout })) {
    await setImmediate();
  }
  document.end();
  yield* document as AsyncIterable<Uint8Array>;
};

function newDocument({ plan, snapshot }: FileFacts, size: PageSize): PDFKit.PDFDocument {
  // The version stays that of the library: with a later one it adds metadata in XML, whose title it does not escape.
  return new PDFDocument({
    size: [size.width, size.height],
    margin: 0,
    bufferPages: true,
    // None of the built-in fonts, which have Latin letters only.
    font: null as unknown as string,
    // It would keep every text of the document; ours keep what is drawn next.
    fontLayoutCache: false,
    lang: 'en',
    displayTitle: true,
    info: {
      Title: printable(plan.snapshot.report.title),
      Author: 'Waybill',
      Creator: 'Waybill',
      CreationDate: new Date(snapshot.takenAt),
    },
  });
}

/** Draws all pages. @yields once a page is full */
function* drawn(
  sheet: Sheet,
  { plan, snapshot }: FileFacts,
  table: {
    readonly rows: readonly Row[];
    readonly cells: readonly (readonly PrintedCell[])[];
    readonly layout: TableLayout;
  },
): Generator<void> {
  const title = printable(plan.snapshot.report.title);
  const heading = drawHeading(sheet, title, headingFacts({ plan, snapshot }, table.rows.length));
  const { chart } = plan.report;
  const series = chart && chartSeries(chart, plan.columns, table.rows, plan.snapshot.timeZone);
  const top = chart && series ? drawChart(sheet, chart, plan.columns, series, heading.bottom) : heading.bottom;
  const { bottom, shortened } = yield* drawTable(sheet, plan.columns, table.cells, table.layout, top);
  drawNotes(sheet, notesOn(heading.shortened + shortened, sheet.fonts.lacking), bottom);
  drawFooters(sheet, title);
}

/** What a reader must know who trusts the file to be whole. */
function notesOn(shortened: number, lacking: number): readonly string[] {
  const texts = shortened === 1 ? '1 text is' : `${shortened.toLocaleString('en')} texts are`;
  const characters = lacking === 1 ? '1 character is' : `${lacking.toLocaleString('en')} characters are`;
  return [
    ...(shortened > 0 ? [`${texts} too long to be printed whole and shortened where \u2026 stands.`] : []),
    ...(lacking > 0 ? [`${characters} in no font of this file and shown as \ufffd.`] : []),
  ];
}

async function upToLimit(plan: ExportPlan, batches: AsyncIterable<RowBatch>): Promise<readonly Row[]> {
  const { maxPdfRows } = plan.report;
  const rows: Row[] = [];
  for await (const batch of batches) {
    rows.push(...batch);
    if (rows.length > maxPdfRows) throw tooManyRows('pdf', maxPdfRows);
  }
  return rows;
}
