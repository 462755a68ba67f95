import type { ExportRecord } from '../core/domain/export-record.ts';

/** Characters of the export's id that tell two downloads of one day apart. */
const ID_TAIL_LENGTH = 6;

/** What a download is called: `orders-2024-03-31-9f2c1b.csv`, with the day of the request in the export's time zone. */
export function fileNameOf(record: ExportRecord, extension: string): string {
  const { report, timeZone } = record.snapshot;
  // Swedish dates are ISO dates.
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(record.createdAt);
  return `${report.id}-${day}-${record.id.slice(-ID_TAIL_LENGTH)}.${extension}`;
}
