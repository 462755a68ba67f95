import { ExportFailedError } from '../core/domain/errors.ts';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Says the limit, how far the file got, and how to ask for less. */
export function tooLarge(file: {
  readonly maxFileBytes: number;
  readonly bytes: number;
  readonly rows: number;
  readonly rowsExpected: number | undefined;
}): ExportFailedError {
  const rows = file.rows.toLocaleString('en');
  const reached =
    file.rowsExpected !== undefined && file.rowsExpected > file.rows
      ? `${rows} of about ${file.rowsExpected.toLocaleString('en')} rows`
      : `${rows} rows`;
  const userMessage =
    `The file would exceed its limit of ${size(file.maxFileBytes)}: it had ${size(file.bytes)} after ${reached}. ` +
    'Try a narrower date range, or one report per month.';
  return new ExportFailedError('too_large', { retryable: false, userMessage });
}

function size(bytes: number): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  const unit = units[power] ?? 'byte';
  return new Intl.NumberFormat('en', { style: 'unit', unit, maximumFractionDigits: 2 }).format(bytes / 1000 ** power);
}
