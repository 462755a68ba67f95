import type { FileColumn } from '../../core/domain/export-plan.ts';
import { type ColumnType, isTextual } from '../../core/domain/report.ts';
import type { Row } from '../../core/ports/export-source.ts';
import { style } from './styles.ts';

/** How many rows say enough of how wide the columns are. */
export const SAMPLE_ROWS = 100;
const MIN_WIDTH = 8;
const MAX_WIDTH = 60;
/** Of the button of the filter, in the header. */
const BUTTON_WIDTH = 3;
const MARGIN = 2;
/** Fonts other than Excel's own are wider. */
const SPARE = 1.1;

/** What a cell shows where that is not as long as its text. */
const shownLengths: Partial<Record<ColumnType, number>> = {
  boolean: 'FALSE'.length,
  timestamp: 'yyyy-mm-dd hh:mm:ss.000'.length,
};

/** Widths in characters that fit the header and the first rows, and the format of cells that are not there. */
export function columnsXml(columns: readonly FileColumn[], sample: readonly Row[]): string {
  const elements = columns.map(({ header, type }, position) => {
    const lengths = sample.map((row) => shownLengths[type] ?? longestLine(row[position] ?? ''));
    const width = Math.max(
      MIN_WIDTH,
      header.length + BUTTON_WIDTH,
      Math.ceil(Math.max(0, ...lengths) * SPARE) + MARGIN,
    );
    const styleId = isText(type) ? style.text : style.general;
    const number = position + 1;
    return `<col min="${number}" max="${number}" width="${Math.min(width, MAX_WIDTH)}" style="${styleId}" customWidth="1"/>`;
  });
  return `<cols>${elements.join('')}</cols>`;
}

function isText(type: ColumnType): boolean {
  return isTextual(type) || type === 'uuid';
}

function longestLine(text: string): number {
  return Math.max(
    ...text
      .slice(0, MAX_WIDTH * 2)
      .split('\n', 5)
      .map((line) => line.length),
  );
}
