import type { Fonts } from './fonts.ts';
import { breakLines, ROUNDING } from './line-breaking.ts';
import { graphemesOf } from './simple-text.ts';
import { fontRuns, type Paragraph, paragraphOf, type Run, visualRuns } from './text-runs.ts';

export interface TextStyle {
  readonly weight: 'regular' | 'bold';
  /** In points. */
  readonly size: number;
  readonly color: string;
}

/** A line ready to be drawn. */
export interface Line {
  /** From left to right. */
  readonly runs: readonly SetRun[];
  /** In points. */
  readonly width: number;
}

/** A run in the font it is drawn in. */
export interface SetRun extends Run {
  /** In points. */
  readonly width: number;
}

export interface SetText {
  readonly lines: readonly Line[];
  /** Whether text was left out at the end; an ellipsis stands there. */
  readonly isShortened: boolean;
}

/** A line of a paragraph that is not laid out yet. */
interface Span {
  readonly paragraph: Paragraph;
  readonly start: number;
  readonly end: number;
}

const ELLIPSIS = '\u2026';

/** No line holds more characters of a readable size; what is beyond is not even looked at. */
const MAX_UNITS_PER_LINE = 1_000;

/** Lines are this many times as high as the size of their letters. */
const LINE_HEIGHT = 1.4;

export function lineHeight({ size }: Pick<TextStyle, 'size'>): number {
  return size * LINE_HEIGHT;
}

/** Measures text and breaks it into lines, each character in a font that has it. */
export class Typesetter {
  readonly #fonts: Fonts;

  constructor(fonts: Fonts) {
    this.#fonts = fonts;
  }

  /** The width of text on one line, in points. */
  width(text: string, style: TextStyle): number {
    return totalWidth(fontRuns(text, this.#fonts).map((run) => this.#setRun(run, style)));
  }

  /** Text on as many lines as it has and needs, up to a limit. */
  set(text: string, style: TextStyle, width = Number.POSITIVE_INFINITY, maxLines = 1): SetText {
    const considered = text.slice(0, maxLines * MAX_UNITS_PER_LINE);
    const paragraphs = considered.split('\n', maxLines).map(paragraphOf);
    const spans: Span[] = [];
    for (const paragraph of paragraphs) spans.push(...this.#spansOf(paragraph, style, width, maxLines - spans.length));
    const last = spans.at(-1);
    const setUpTo = paragraphs.slice(0, -1).reduce((sum, paragraph) => sum + paragraph.text.length + 1, last?.end ?? 0);
    const isShortened = last?.paragraph !== paragraphs.at(-1) || text.slice(setUpTo).trim() !== '';
    if (isShortened && last !== undefined) spans[spans.length - 1] = this.#withEllipsis(last, style, width);
    return { lines: spans.map((span) => this.#lineOf(span, style)), isShortened };
  }

  #spansOf(paragraph: Paragraph, style: TextStyle, width: number, maxLines: number): readonly Span[] {
    const { text } = paragraph;
    if (maxLines === 0) return [];
    if (this.width(text, style) <= width + ROUNDING) return [{ paragraph, start: 0, end: text.length }];
    const lines = breakLines(text, width, maxLines, (piece) => this.width(piece, style));
    return lines.map((line) => ({ paragraph, ...line }));
  }

  /** Ends a line with an ellipsis, in place of as many characters as it needs. */
  #withEllipsis({ paragraph, start, end }: Span, style: TextStyle, width: number): Span {
    const kept = [...graphemesOf(paragraph.text.slice(start, end))];
    const shortened = () => kept.join('').trimEnd() + ELLIPSIS;
    while (kept.length > 0 && this.width(shortened(), style) > width + ROUNDING) kept.pop();
    // With what stands before it, which the direction of the text depends on.
    const text = paragraph.text.slice(0, start) + shortened();
    return { paragraph: paragraphOf(text), start, end: text.length };
  }

  #lineOf({ paragraph, start, end }: Span, style: TextStyle): Line {
    const runs = visualRuns(paragraph, start, end, this.#fonts).map((run) => this.#setRun(run, style));
    return { runs, width: totalWidth(runs) };
  }

  #setRun({ font: name, text }: Run, { weight, size }: TextStyle): SetRun {
    // Only the main font has a bold weight: text in others is a rare guest in headings.
    const font = name === 'regular' ? weight : name;
    return { font, text, width: this.#fonts.open(font).widthOf(text) * size };
  }
}

function totalWidth(runs: readonly SetRun[]): number {
  return runs.reduce((sum, { width }) => sum + width, 0);
}
