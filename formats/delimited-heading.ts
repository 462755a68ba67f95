import {
  byteOrderMarkOf,
  type DelimitedFormat,
  delimiterOf,
  neutralizeFormula,
  RECORD_END,
} from '../core/domain/delimited.ts';
import type { Dialect } from '../core/domain/report.ts';

/** The first line of a csv or tsv file, after the byte order mark if the dialect has one. */
export function delimitedHeading(
  headers: readonly string[],
  options: { readonly format: DelimitedFormat; readonly dialect: Dialect; readonly neutralizeFormulas: boolean },
): Uint8Array {
  const delimiter = delimiterOf(options.format);
  const cells = headers.map((header) => {
    const text = options.neutralizeFormulas ? neutralizeFormula(header) : header;
    return quoteWhereNeeded(text, delimiter);
  });
  return Buffer.from(byteOrderMarkOf(options.dialect) + cells.join(delimiter) + RECORD_END);
}

/** As COPY quotes: an empty text too, because an empty field means NULL. */
function quoteWhereNeeded(text: string, delimiter: string): string {
  const needed = text === '' || [delimiter, '"', '\r', '\n'].some((character) => text.includes(character));
  return needed ? `"${text.replaceAll('"', '""')}"` : text;
}
