import { ExportFailedError } from '../core/domain/errors.ts';
import type { ExportPlan, FileColumn } from '../core/domain/export-plan.ts';
import type { Cell } from '../core/domain/report.ts';
import type { Row } from '../core/ports/export-source.ts';
import type { FileFormat } from './file-format.ts';

/** One array with an object to a line; without rows it is empty, and still an array. */
export const json: FileFormat = async function* ({ plan }, rows) {
  yield Buffer.from('[');
  let separator = '\n';
  for await (const objects of objectsOf(plan, rows)) {
    yield Buffer.from(separator + objects.join(',\n'));
    separator = ',\n';
  }
  yield Buffer.from('\n]\n');
};

/**
 * One object to a line, each line ended by LF.
 * @see https://github.com/ndjson/ndjson-spec
 */
export const ndjson: FileFormat = async function* ({ plan }, rows) {
  for await (const objects of objectsOf(plan, rows)) yield Buffer.from(`${objects.join('\n')}\n`);
};

/** Objects in batches, none of them empty. Their members are named as the report's columns are, not as their headers. */
async function* objectsOf(plan: ExportPlan, rows: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly string[]> {
  const members = plan.columns.map((column) => ({ column, start: `${JSON.stringify(column.name)}:` }));
  for await (const batch of rows) {
    if (batch.length === 0) continue;
    yield batch.map((row) => {
      const written = members.map(({ column, start }, index) => start + jsonValue(row[index] ?? null, column));
      return `{${written.join(',')}}`;
    });
  }
}

/** Not every number: `NaN` and `Infinity` are none of JSON's. */
const jsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;

/**
 * Integers and decimals are strings, because most parsers read numbers into floats and would change their digits without
 * a word; BigQuery's exports and the JSON mapping of Protocol Buffers do the same. Floats are numbers, but for `"NaN"`,
 * `"Infinity"` and `"-Infinity"`; minus zero has a point, without which parsers that know integers drop its sign. What is
 * JSON already is embedded as it is, on one line.
 * @see https://protobuf.dev/programming-guides/json/
 * @see https://cloud.google.com/bigquery/docs/exporting-data#export_limitations
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-6
 */
function jsonValue(cell: Cell, column: FileColumn): string {
  if (cell === null) return 'null';
  switch (column.type) {
    case 'boolean':
      return cell;
    case 'float':
      if (cell === '-0') return '-0.0';
      return jsonNumber.test(cell) ? cell : JSON.stringify(cell);
    case 'json':
      return embedded(cell, column);
    default:
      return JSON.stringify(cell);
  }
}

/**
 * Within strings JSON has no line breaks, so all there are stand between tokens.
 * @throws ExportFailedError invalid_data
 */
function embedded(text: string, { header }: FileColumn): string {
  try {
    JSON.parse(text);
  } catch (cause) {
    const userMessage = `The column ${header} has a value that is not JSON. Leave the column out, or choose another format.`;
    throw new ExportFailedError('invalid_data', { retryable: false, userMessage, cause });
  }
  return text.replaceAll(/[\r\n]+/g, ' ');
}
