import { drawLines, drawRule, type Sheet } from './sheet.ts';
import { contentBottom, contentWidth, margins, strokes, textStyles } from './style.ts';
import { lineHeight } from './typesetter.ts';

const { footer: footerStyle, note: noteStyle } = textStyles;

/** Notes below the table, on a new page if the last one is full. */
export function drawNotes(sheet: Sheet, notes: readonly string[], top: number): void {
  const { document, text, size } = sheet;
  if (notes.length === 0) return;
  const lines = notes.flatMap((note) => text.set(note, noteStyle, contentWidth(size), 3).lines);
  const height = lines.length * lineHeight(noteStyle);
  let y = top + 10;
  if (y + height > contentBottom(size)) {
    document.addPage();
    y = margins.top;
  }
  drawLines(sheet, lines, { x: margins.side, top: y }, noteStyle);
}

/** The report's title and the page's number at the foot of every page, once there is no other to come. */
export function drawFooters(sheet: Sheet, title: string): void {
  const { document, text, size } = sheet;
  const right = margins.side + contentWidth(size);
  const top = size.height - margins.bottom + 16;
  const { count } = document.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    document.switchToPage(page);
    drawRule(sheet, [margins.side, top - 5], [right, top - 5], strokes.hairline);
    const number = text.set(`Page ${page + 1} of ${count}`, footerStyle).lines;
    const room = contentWidth(size) - (number[0]?.width ?? 0) - 12;
    drawLines(sheet, text.set(title, footerStyle, room).lines, { x: margins.side, top }, footerStyle);
    drawLines(sheet, number, { x: right, top, align: 'right' }, footerStyle);
  }
}
