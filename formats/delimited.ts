import { stringify } from 'csv-stringify/sync';
import {
  byteOrderMarkOf,
  type DelimitedFormat,
  type DelimitedStyle,
  delimiterOf,
  RECORD_END,
  writtenCell,
} from '../core/domain/delimited.ts';
import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { Cell } from '../core/domain/report.ts';
import type { FileFormat } from './file-format.ts';

/** The byte order mark, if the dialect has one, and the first line. */
export function delimitedHeading(plan: ExportPlan, format: DelimitedFormat): Uint8Array {
  const style = { ...plan.snapshot, format };
  const headers = plan.columns.map(({ header }) => writtenCell(header, 'text', style));
  return Buffer.from(byteOrderMarkOf(style.dialect) + recordsOf([headers], style));
}

/** csv or tsv from rows of any source: the same bytes as the database writes for the same rows. */
export function delimited(format: DelimitedFormat): FileFormat {
  return async function* ({ plan }, rows) {
    const style = { ...plan.snapshot, format };
    const types = plan.columns.map(({ type }) => type);
    yield delimitedHeading(plan, format);
    for await (const batch of rows) {
      const written = batch.map((row) => row.map((cell, index) => writtenCell(cell, types[index] ?? 'text', style)));
      yield Buffer.from(recordsOf(written, style));
    }
  };
}

/** As COPY quotes: an empty text too, because an empty field means NULL. */
function recordsOf(records: readonly (readonly Cell[])[], style: DelimitedStyle): string {
  return stringify(records as Cell[][], {
    delimiter: delimiterOf(style),
    record_delimiter: RECORD_END,
    quoted_empty: true,
    quoted_match: /[\r\n]/,
    cast: { string: (value) => value },
  });
}
