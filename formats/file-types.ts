import type { Format } from '../core/domain/report.ts';

/** How a format's files are named and served. */
export interface FileType {
  readonly extension: string;
  readonly contentType: string;
}

/** `header=present`: every file of ours begins with a heading line (RFC 4180). */
const fileTypes: Partial<Record<Format, FileType>> = {
  csv: { extension: 'csv', contentType: 'text/csv; charset=utf-8; header=present' },
  tsv: { extension: 'tsv', contentType: 'text/tab-separated-values; charset=utf-8' },
};

/** Undefined for a format that this version cannot write. */
export function fileTypeOf(format: Format): FileType | undefined {
  return fileTypes[format];
}
