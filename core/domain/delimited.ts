import type { Cell, ColumnType, Dialect, Format } from './report.ts';

/**
 * First characters that make a spreadsheet read a cell as a formula, or shift what follows into a cell of its own.
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export const formulaStarts: readonly string[] = [...'=+-@\t\r\n', ...'\uff1d\uff0b\uff0d\uff20'];

/** White space that spreadsheets skip before they look at the first character. TAB, CR and LF are formula starts. */
export const skippedSpaces: readonly string[] = [
  ...'\u000b\u000c \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b',
  ...'\u2028\u2029\u202f\u205f\u2060\u3000\ufeff',
];

/** Puts an apostrophe before text that a spreadsheet would run as a formula; other text stays as it is. */
export function neutralizeFormula(text: string): string {
  for (const character of text) {
    if (!skippedSpaces.includes(character)) return formulaStarts.includes(character) ? `'${text}` : text;
  }
  return text;
}

export type DelimitedFormat = Extract<Format, 'csv' | 'tsv'>;

export function isDelimited(format: Format): format is DelimitedFormat {
  return format === 'csv' || format === 'tsv';
}

/** How the values of a csv or tsv file are written down. */
export interface DelimitedStyle {
  readonly format: DelimitedFormat;
  readonly dialect: Dialect;
  readonly locale: string;
  readonly neutralizeFormulas: boolean;
}

/** Excel reads the decimal mark of its own language, and then separates cells with semicolons. */
export function decimalMarkOf({ dialect, locale }: Pick<DelimitedStyle, 'dialect' | 'locale'>): '.' | ',' {
  if (dialect !== 'excel') return '.';
  const parts = new Intl.NumberFormat(locale).formatToParts(1.5);
  return parts.some(({ type, value }) => type === 'decimal' && value === ',') ? ',' : '.';
}

export function delimiterOf(style: Omit<DelimitedStyle, 'neutralizeFormulas'>): ',' | ';' | '\t' {
  if (style.format === 'tsv') return '\t';
  return decimalMarkOf(style) === ',' ? ';' : ',';
}

/** How a csv or tsv file shows the cells of a column, before quoting. */
export function cellWriter(
  type: ColumnType,
  style: Pick<DelimitedStyle, 'dialect' | 'locale' | 'neutralizeFormulas'>,
): (cell: Cell) => Cell {
  switch (type) {
    case 'text':
    case 'enum':
    case 'json':
      return style.neutralizeFormulas ? (cell) => (cell === null ? null : neutralizeFormula(cell)) : asItIs;
    case 'decimal':
    case 'float':
      return decimalMarkOf(style) === ',' ? (cell) => cell?.replace('.', ',') ?? null : asItIs;
    default:
      return asItIs;
  }
}

function asItIs(cell: Cell): Cell {
  return cell;
}

/** Both dialects end records with CRLF; only Excel needs a byte order mark to recognise UTF-8. */
export function byteOrderMarkOf(dialect: Dialect): '' | '\ufeff' {
  return dialect === 'excel' ? '\ufeff' : '';
}

export const RECORD_END = '\r\n';
