import type { Fonts } from './fonts.ts';
import type { PageSize } from './style.ts';
import { type Line, lineHeight, type TextStyle, type Typesetter } from './typesetter.ts';

/** The document being drawn; everything is drawn on its last page. */
export interface Sheet {
  readonly document: PDFKit.PDFDocument;
  readonly fonts: Fonts;
  readonly text: Typesetter;
  readonly size: PageSize;
}

/** Where lines of text go, in points from the upper left corner of the page. */
export interface Place {
  readonly x: number;
  readonly top: number;
  /** Lines end at x instead of starting there, or have it in their middle. @default 'left' */
  readonly align?: keyof typeof shareBefore;
}

/** How much of a line stands before x. */
const shareBefore = { left: 0, center: 0.5, right: 1 } as const;

/** From the upper edge of a line to the feet of its letters, in sizes: capitals then stand in the middle of the line. */
const BASELINE = 1.06;

/** Draws lines of text below each other. */
export function drawLines(sheet: Sheet, lines: readonly Line[], place: Place, style: TextStyle): void {
  const { x, top, align = 'left' } = place;
  lines.forEach((line, index) => {
    const baseline = top + index * lineHeight(style) + BASELINE * style.size;
    drawRuns(sheet, line, x - line.width * shareBefore[align], baseline, style);
  });
}

/** Draws text on one line, whatever its width. */
export function drawText(sheet: Sheet, text: string, place: Place, style: TextStyle): void {
  drawLines(sheet, sheet.text.set(text, style).lines, place, style);
}

/** Draws a straight line. */
export function drawRule(
  { document }: Sheet,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  color: string,
  width = 0.5,
): void {
  document
    .lineWidth(width)
    .strokeColor(color)
    .moveTo(...from)
    .lineTo(...to)
    .stroke();
}

function drawRuns({ document, fonts }: Sheet, { runs }: Line, x: number, baseline: number, style: TextStyle): void {
  document.fillColor(style.color).fontSize(style.size);
  let at = x;
  for (const { font, text, width } of runs) {
    // The document takes opened fonts too, which its types do not say.
    document.font(fonts.open(font) as unknown as string, font);
    // Features, even none, keep the document from laying out each word by itself; known measures from taking them again.
    const measures = { textWidth: width, wordCount: 1 };
    document.text(text, at, baseline, { lineBreak: false, baseline: 'alphabetic', features: [], ...measures });
    at += width;
  }
}
