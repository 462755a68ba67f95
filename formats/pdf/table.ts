import type { FileColumn } from '../../core/domain/export-plan.ts';
import { isNumeric, type PrintedCell } from './cell-text.ts';
import type { Drawn } from './heading.ts';
import { drawLines, drawRule, drawText, type Place, type Sheet } from './sheet.ts';
import {
  cellStyle,
  contentBottom,
  contentWidth,
  headerStyle,
  margins,
  nullStyle,
  strokes,
  textStyles,
} from './style.ts';
import type { TableLayout } from './table-layout.ts';
import { lineHeight, type SetText } from './typesetter.ts';

/** Above and below the text of a row, in points. */
const ROW_PADDING = 3;
const HEADER_PADDING = 4;

/** So many that a row is never higher than a page. */
const MAX_CELL_LINES = 12;
const MAX_HEADER_LINES = 4;

/**
 * Draws rows below a heading row that is repeated on every page; a row is never divided over pages.
 * @param top upper edge on the current page
 * @yields once a page is full, so that others get their turn
 */
export function* drawTable(
  sheet: Sheet,
  columns: readonly FileColumn[],
  rows: readonly (readonly PrintedCell[])[],
  { fontSize, widths, gap }: TableLayout,
  top: number,
): Generator<void, Drawn> {
  const style = cellStyle(fontSize);
  const faint = nullStyle(fontSize);
  const heading = headerStyle(fontSize);
  const { text, size, document } = sheet;
  const right = margins.side + contentWidth(size);
  const lefts = widths.map((_, index) => margins.side + sum(widths.slice(0, index)) + index * gap);
  const headers = columns.map(({ header }, index) => text.set(header, heading, widths[index], MAX_HEADER_LINES));
  const headerHeight = mostLines(headers) * lineHeight(heading) + 2 * HEADER_PADDING;
  let shortened = headers.filter(({ isShortened }) => isShortened).length;
  let y = top;

  function drawCell(index: number, cell: SetText, at: number, cellStyle: typeof style): void {
    const left = lefts[index] ?? 0;
    const numeric = isNumeric(columns[index]?.type ?? 'text');
    const place: Place = numeric ? { x: left + (widths[index] ?? 0), top: at, align: 'right' } : { x: left, top: at };
    drawLines(sheet, cell.lines, place, cellStyle);
  }

  function drawHeader(): void {
    headers.forEach((header, index) => {
      // Short headings stand on the line, beside those that need several.
      const missing = (mostLines(headers) - header.lines.length) * lineHeight(heading);
      drawCell(index, header, y + HEADER_PADDING + missing, heading);
    });
    y += headerHeight;
    drawRule(sheet, [margins.side, y], [right, y], strokes.rule, 0.75);
  }

  const firstRowHeight = lineHeight(style) + 2 * ROW_PADDING;
  if (y + headerHeight + firstRowHeight > contentBottom(size)) {
    document.addPage();
    y = margins.top;
  }
  drawHeader();
  for (const row of rows) {
    const cells = row.map(({ text: value }, index) => text.set(value, style, widths[index], MAX_CELL_LINES));
    const height = Math.max(1, mostLines(cells)) * lineHeight(style) + 2 * ROW_PADDING;
    if (y + height > contentBottom(size)) {
      yield;
      document.addPage();
      y = margins.top;
      drawHeader();
    }
    cells.forEach((cell, index) => {
      drawCell(index, cell, y + ROW_PADDING, row[index]?.isNull ? faint : style);
      if (cell.isShortened) shortened++;
    });
    y += height;
    drawRule(sheet, [margins.side, y], [right, y], strokes.hairline);
  }
  if (rows.length === 0) {
    drawText(sheet, 'No rows match these filters.', { x: margins.side, top: y + 8 }, textStyles.note);
    y += 8 + lineHeight(textStyles.note);
  }
  return { bottom: y, shortened };
}

function mostLines(texts: readonly SetText[]): number {
  return Math.max(...texts.map(({ lines }) => lines.length));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
