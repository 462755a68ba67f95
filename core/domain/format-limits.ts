import { ExportFailedError } from './errors.ts';
import type { Format, Report } from './report.ts';

/**
 * Rows of a sheet, its heading included.
 * @see https://support.microsoft.com/en-us/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
 */
export const XLSX_MAX_SHEET_ROWS = 1_048_576;

/** Characters of a cell, counted as Excel does, in UTF-16 units; it offers to repair a file that has more. */
export const XLSX_MAX_CELL_CHARACTERS = 32_767;

/** Excel computes with no more; further digits of a number would become zeros. */
export const SPREADSHEET_MAX_DIGITS = 15;

/** How many digits of a decimal number count: not the zeros before the first other one, nor those that end a fraction. */
export function significantDigits(number: string): number {
  const digits = number.includes('.') ? number.replace(/0+$/, '').replace('.', '') : number;
  return digits.replace(/^-?0*/, '').length;
}

/** The most rows a file of this report may have in this format, if there is a limit. */
export function rowLimitOf(report: Pick<Report, 'maxPdfRows' | 'sheetOverflow'>, format: Format): number | undefined {
  if (format === 'pdf') return report.maxPdfRows;
  if (format === 'xlsx' && report.sheetOverflow === 'fail') return XLSX_MAX_SHEET_ROWS - 1;
  return undefined;
}

/** The failure of a file that would have more rows than its format takes. */
export function tooManyRows(format: Format, limit: number): ExportFailedError {
  const userMessage =
    `The file would exceed the limit of ${limit.toLocaleString('en')} rows for ${format.toUpperCase()}. ` +
    'Try a narrower date range, or choose CSV, which has no such limit.';
  return new ExportFailedError('too_large', { retryable: false, userMessage });
}
