import type { Format } from '../core/domain/report.ts';
import { delimited } from './delimited.ts';
import type { FileFormat } from './file-format.ts';
import { json, ndjson } from './json.ts';

/*
 * Formats that take a library come with the first file of theirs: those of pdf alone are half of what a program that
 * writes files would otherwise evaluate before it does anything.
 */
const fileFormats: Readonly<Record<Format, FileFormat>> = {
  csv: delimited('csv'),
  tsv: delimited('tsv'),
  json,
  ndjson,
  xlsx: loaded(async () => (await import('./xlsx/xlsx.ts')).xlsx()),
  parquet: loaded(async () => (await import('./parquet/parquet.ts')).parquet),
  pdf: loaded(async () => (await import('./pdf/pdf.ts')).pdf),
};

export function fileFormatOf(format: Format): FileFormat {
  return fileFormats[format];
}

function loaded(load: () => Promise<FileFormat>): FileFormat {
  return async function* (facts, rows) {
    const write = await load();
    yield* write(facts, rows);
  };
}
