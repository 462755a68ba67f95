import type { FileColumn } from '../../core/domain/export-plan.ts';
import { isNumeric, mayWrap, type PrintedCell } from './cell-text.ts';
import { type ColumnNeed, columnWidths, comfortableWidth, leastWidth } from './column-widths.ts';
import { cellStyle, contentWidth, headerStyle, landscape, type PageSize, portrait } from './style.ts';
import type { Typesetter } from './typesetter.ts';

/** How a table is spread over pages. */
export interface TableLayout {
  readonly page: PageSize;
  /** Of the letters in cells, in points. */
  readonly fontSize: number;
  /** Of the columns, in points. */
  readonly widths: readonly number[];
  /** Between two of them, in points. */
  readonly gap: number;
}

/** Widths in sizes of the letters. */
const GAP = 1.5;
const COMFORTABLE = 18;
const MAX_WORD = 12;
const TORN = 4;
const MAX_HEADER_WORD = 20;
/** Longer values of types that are read as one (numbers of hundreds of digits) are broken all the same. */
const MAX_UNBROKEN = 40;

/** Beyond this a text is wide enough to be broken whatever follows. */
const MEASURED_UNITS = 300;

/** From the most readable on: upright as long as the columns fit well, then across, then in smaller letters. */
const attempts = [
  { page: portrait, fontSize: 8, fits: comfortableWidth },
  { page: landscape, fontSize: 8, fits: comfortableWidth },
  { page: landscape, fontSize: 7, fits: comfortableWidth },
  { page: landscape, fontSize: 7, fits: leastWidth },
] as const;
const tightest = { page: landscape, fontSize: 6 } as const;

/** Chooses page, letters and column widths by what the cells need. */
export function tableLayout(
  columns: readonly FileColumn[],
  rows: readonly (readonly PrintedCell[])[],
  text: Typesetter,
): TableLayout {
  const needs = columns.map((column, index) => columnNeed(column, rows, index, text));
  const room = (page: PageSize, fontSize: number) => contentWidth(page) / fontSize - GAP * (columns.length - 1);
  const { page, fontSize } =
    attempts.find(({ page, fontSize, fits }) => fits(needs, COMFORTABLE) <= room(page, fontSize)) ?? tightest;
  const widths = columnWidths(needs, room(page, fontSize)).map((width) => width * fontSize);
  return { page, fontSize, widths, gap: GAP * fontSize };
}

function columnNeed(
  { header, type }: FileColumn,
  rows: readonly (readonly PrintedCell[])[],
  index: number,
  text: Typesetter,
): ColumnNeed {
  const cell = cellStyle(1);
  const heading = headerStyle(1);
  const wraps = mayWrap(type);
  const headerWord = Math.min(
    longestOf(header.split(/\s+/), (it) => text.width(it, heading)),
    MAX_HEADER_WORD,
  );
  let longest = 0;
  let word = 0;
  for (const row of rows) {
    const value = (row[index]?.text ?? '').slice(0, MEASURED_UNITS);
    longest = Math.max(
      longest,
      longestOf(value.split('\n'), (line) => text.width(line, cell)),
    );
    if (wraps && word < MAX_WORD)
      word = Math.max(
        word,
        longestOf(value.split(/\s+/), (it) => text.width(it, cell)),
      );
  }
  const unbroken = wraps ? Math.min(word, MAX_WORD) : Math.min(longest, MAX_UNBROKEN);
  const natural = Math.max(text.width(header, heading), wraps ? longest : unbroken);
  const minimum = Math.max(headerWord, unbroken);
  return { natural, minimum, torn: isNumeric(type) ? unbroken : Math.min(minimum, TORN), mayWrap: wraps };
}

function longestOf(texts: readonly string[], measure: (text: string) => number): number {
  return Math.max(0, ...texts.map(measure));
}
