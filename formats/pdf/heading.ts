import type { Fact } from './facts.ts';
import { drawLines, drawRule, type Sheet } from './sheet.ts';
import { contentWidth, margins, portrait, strokes, textStyles } from './style.ts';
import { lineHeight, type SetText } from './typesetter.ts';

const { title: titleStyle, label: labelStyle, fact: factStyle } = textStyles;

const MAX_TITLE_LINES = 3;
const MAX_FACT_LINES = 4;
const GAP = 16;

/** What a part of the page took, for what comes below and for the notes at the end. */
export interface Drawn {
  /** Its lower edge, in points from the top of the page. */
  readonly bottom: number;
  /** How many of its texts are shortened. */
  readonly shortened: number;
}

/** Title and facts at the top of the first page. */
export function drawHeading(sheet: Sheet, title: string, facts: readonly Fact[]): Drawn {
  const { text, size } = sheet;
  const width = contentWidth(size);
  const x = margins.side;
  const heading = text.set(title, titleStyle, width, MAX_TITLE_LINES);
  drawLines(sheet, heading.lines, { x, top: margins.top }, titleStyle);
  let top = margins.top + heading.lines.length * lineHeight(titleStyle) + 8;
  drawRule(sheet, [x, top], [x + width, top], strokes.hairline);
  top += 10;

  const most = size.width > portrait.width ? 6 : 4;
  const perRow = Math.ceil(facts.length / Math.ceil(facts.length / most));
  const cell = (width + GAP) / perRow;
  const values = facts.map(({ value }) => text.set(value, factStyle, cell - GAP, MAX_FACT_LINES));
  for (let first = 0; first < facts.length; first += perRow) {
    const row = values.slice(first, first + perRow);
    row.forEach((value, column) => {
      const at = x + column * cell;
      const label = text.set(facts[first + column]?.label ?? '', labelStyle, cell - GAP);
      drawLines(sheet, label.lines, { x: at, top }, labelStyle);
      drawLines(sheet, value.lines, { x: at, top: top + lineHeight(labelStyle) }, factStyle);
    });
    top += lineHeight(labelStyle) + mostLines(row) * lineHeight(factStyle) + 8;
  }
  const shortened = [heading, ...values].filter(({ isShortened }) => isShortened).length;
  return { bottom: top + 6, shortened };
}

function mostLines(texts: readonly SetText[]): number {
  return Math.max(...texts.map(({ lines }) => lines.length));
}
