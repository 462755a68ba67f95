import type { Format } from '../core/domain/report.ts';
import { delimited } from './delimited.ts';
import type { FileFormat } from './file-format.ts';
import { pdf } from './pdf/pdf.ts';

const fileFormats: Readonly<Partial<Record<Format, FileFormat>>> = {
  csv: delimited('csv'),
  tsv: delimited('tsv'),
  pdf,
};

export function fileFormatOf(format: Format): FileFormat {
  const fileFormat = fileFormats[format];
  if (fileFormat === undefined) throw new TypeError(`Cannot write ${format}`);
  return fileFormat;
}
