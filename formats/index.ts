import type { Format } from '../core/domain/report.ts';
import { delimited } from './delimited.ts';
import type { FileFormat } from './file-format.ts';
import { json, ndjson } from './json.ts';
import { parquet } from './parquet/parquet.ts';
import { xlsx } from './xlsx/xlsx.ts';

const fileFormats: Readonly<Record<Format, FileFormat>> = {
  csv: delimited('csv'),
  tsv: delimited('tsv'),
  json,
  ndjson,
  xlsx: xlsx(),
  parquet,
  // Loaded only when needed: reading fonts takes a third of a worker's start, and 17 MB.
  async *pdf(facts, rows) {
    const { pdf } = await import('./pdf/pdf.ts');
    yield* pdf(facts, rows);
  },
};

export function fileFormatOf(format: Format): FileFormat {
  return fileFormats[format];
}
