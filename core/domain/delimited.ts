import type { Dialect, Format } from './report.ts';

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
  const first = [...text].find((character) => !skippedSpaces.includes(character));
  return first !== undefined && formulaStarts.includes(first) ? `'${text}` : text;
}

export type DelimitedFormat = Extract<Format, 'csv' | 'tsv'>;

export function isDelimited(format: Format): format is DelimitedFormat {
  return format === 'csv' || format === 'tsv';
}

export function delimiterOf(format: DelimitedFormat): ',' | '\t' {
  return format === 'csv' ? ',' : '\t';
}

/** Both dialects end records with CRLF; only Excel needs a byte order mark to recognise UTF-8. */
export function byteOrderMarkOf(dialect: Dialect): '' | '\ufeff' {
  return dialect === 'excel' ? '\ufeff' : '';
}

export const RECORD_END = '\r\n';
