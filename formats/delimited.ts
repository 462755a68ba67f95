import { stringify } from 'csv-stringify/sync';
import {
  byteOrderMarkOf,
  cellWriter,
  type DelimitedFormat,
  type DelimitedStyle,
  delimiterOf,
  RECORD_END,
} from '../core/domain/delimited.ts';
import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { Cell } from '../core/domain/report.ts';
import type { FileFormat } from './file-format.ts';

/**
 * Excel takes a file that starts with ID for one of its old SYLK format and warns that it is broken. A byte order mark
 * prevents that; so do quotes, which change nothing for anyone, and the rfc4180 dialect has no such mark.
 * @see https://support.microsoft.com/help/323626
 */
const looksLikeSylk = /^ID/;

/** The byte order mark, if the dialect has one, and the first line. */
export function delimitedHeading(plan: ExportPlan, format: DelimitedFormat): Uint8Array {
  const style = { ...plan.snapshot, format };
  const headers = plan.columns.map(({ header }) => header).map(cellWriter('text', style));
  return Buffer.from(byteOrderMarkOf(style.dialect) + recordsOf([headers], style, looksLikeSylk));
}

/** csv or tsv from rows of any source: the same bytes as for the same rows of a database. */
export function delimited(format: DelimitedFormat): FileFormat {
  return async function* ({ plan }, rows) {
    const style = { ...plan.snapshot, format };
    const writers = plan.columns.map(({ type }) => cellWriter(type, style));
    yield delimitedHeading(plan, format);
    for await (const batch of rows) {
      const written = Array.from(batch, (row) => writers.map((write, index) => write(row[index] ?? null)));
      yield Buffer.from(recordsOf(written, style));
    }
  };
}

const breaksLine = /[\r\n]/;
const isEmpty = /^$/;
/** Alone in a record this once ended a COPY, so the database still quotes it there. */
const isEmptyOrEndOfData = /^(\\\.)?$/;

/** Quotes where COPY does; an empty text too, because an empty field means NULL. */
function recordsOf(records: readonly (readonly Cell[])[], style: DelimitedStyle, ...quoted: RegExp[]): string {
  return stringify(records as Cell[][], {
    delimiter: delimiterOf(style),
    record_delimiter: RECORD_END,
    quoted_match: [breaksLine, records[0]?.length === 1 ? isEmptyOrEndOfData : isEmpty, ...quoted],
    cast: { string: (value) => value },
  });
}
