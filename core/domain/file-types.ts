import type { Compression, Format } from './report.ts';

const formatTypes: Readonly<Record<Format, { contentType: string; extension: string }>> = {
  csv: { contentType: 'text/csv; charset=utf-8', extension: 'csv' },
  tsv: { contentType: 'text/tab-separated-values; charset=utf-8', extension: 'tsv' },
  json: { contentType: 'application/json', extension: 'json' },
  ndjson: { contentType: 'application/x-ndjson', extension: 'ndjson' },
  xlsx: { contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', extension: 'xlsx' },
  parquet: { contentType: 'application/vnd.apache.parquet', extension: 'parquet' },
  pdf: { contentType: 'application/pdf', extension: 'pdf' },
};

const compressionTypes: Readonly<Record<Compression, { contentType?: string; extension: string }>> = {
  none: { extension: '' },
  gzip: { contentType: 'application/gzip', extension: '.gz' },
  zstd: { contentType: 'application/zstd', extension: '.zst' },
};

interface Shape {
  readonly format: Format;
  readonly compression: Compression;
}

/** The media type of the object as stored: that of the compression, if there is one. */
export function contentTypeOf({ format, compression }: Shape): string {
  return compressionTypes[compression].contentType ?? formatTypes[format].contentType;
}

/** `csv`, `csv.gz`. */
export function extensionOf({ format, compression }: Shape): string {
  return formatTypes[format].extension + compressionTypes[compression].extension;
}

/** `orders-2026-11-22-0190a1b2.csv`: report, day of the request in UTC, and enough of the id to tell two apart. */
export function fileNameOf(shape: Shape & { reportId: string; exportId: string; createdAt: number }): string {
  const day = new Date(shape.createdAt).toISOString().slice(0, 10);
  // The first eight digits are the time in steps of a minute; the last eight are random.
  const suffix = shape.exportId.slice(-8);
  return `${shape.reportId}-${day}-${suffix}.${extensionOf(shape)}`;
}

/**
 * `orders-2026-11-22-0190a1b2-part-03-of-16.csv.gz`: names that sort in file order.
 * @param fileName that of the export, from {@link fileNameOf}: its first point begins the extension
 * @param part from 1
 */
export function partFileNameOf(fileName: string, part: number, partFiles: number): string {
  const extensionAt = fileName.indexOf('.');
  const number = String(part).padStart(String(partFiles).length, '0');
  return `${fileName.slice(0, extensionAt)}-part-${number}-of-${partFiles}${fileName.slice(extensionAt)}`;
}
