import type { Format } from '../core/domain/report.ts';
import { delimited } from './delimited.ts';
import type { FileFormat } from './file-format.ts';
import { json, ndjson } from './json.ts';
import { parquet } from './parquet/parquet.ts';
import { pdf } from './pdf/pdf.ts';
import { xlsx } from './xlsx/xlsx.ts';

const fileFormats: Readonly<Record<Format, FileFormat>> = {
  csv: delimited('csv'),
  tsv: delimited('tsv'),
  json,
  ndjson,
  xlsx: xlsx(),
  parquet,
  pdf,
};

export function fileFormatOf(format: Format): FileFormat {
  return fileFormats[format];
}
