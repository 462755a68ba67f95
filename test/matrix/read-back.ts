import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { extractText, getDocumentProxy } from 'unpdf';
import type { ExportPlan, FileColumn } from '../../core/domain/export-plan.ts';
import type { Format } from '../../core/domain/report.ts';
import { openWorkbook, type SheetCell } from '../formats/open-workbook.ts';
import type { PlainCell } from './plain-select.ts';

type Table = readonly (readonly PlainCell[])[];
type Reader = (file: Buffer, plan: ExportPlan, directory: string) => Promise<Table> | Table;

const MILLISECONDS_A_DAY = 86_400_000;
/** Day 0 of spreadsheets, once the day that 1900 never had is behind. */
const SPREADSHEET_EPOCH = Date.UTC(1899, 11, 30);

/** Reads a file with a library that had no part in writing it. PDF has no cells to read: see {@link pdfText}. */
export const readers: Readonly<Record<Exclude<Format, 'pdf'>, Reader>> = {
  csv: (file, plan) => delimited(file, plan, ','),
  tsv: (file, plan) => delimited(file, plan, '\t'),
  json: (file, plan) => objects(JSON.parse(file.toString('utf8')), plan),
  ndjson: (file, plan) => {
    const lines = file.toString('utf8').split('\n');
    if (lines.pop() !== '') throw new Error('The last line has no end');
    return objects(
      lines.map((line) => JSON.parse(line)),
      plan,
    );
  },
  xlsx: (file, { columns }) => {
    const [heading, ...rows] = openWorkbook(file).sheets.flatMap(({ rows }) => rows);
    expectHeading(heading?.map((cell) => cell?.value) ?? [], columns);
    return rows.map((row) => columns.map((column, index) => fromSheet(row[index], column)));
  },
  async parquet(file, { columns }, directory) {
    const path = join(directory, 'read.parquet');
    await writeFile(path, file);
    const connection = await (await DuckDBInstance.create()).connect();
    try {
      await connection.run("SET TimeZone = 'UTC'");
      // As base64: DuckDB's own conversion of text drops a byte order mark.
      const cells = columns.map(({ name, type }) =>
        type === 'timestamp'
          ? `base64(encode(strftime("${name}", '%Y-%m-%dT%H:%M:%S.%f')))`
          : `base64(encode("${name}"::VARCHAR))`,
      );
      const reader = await connection.runAndReadAll(`SELECT ${cells.join(', ')} FROM read_parquet('${path}')`);
      const rows = reader.getRows() as PlainCell[][];
      return rows.map((row) => row.map((cell, index) => fromParquet(cell, columns[index])));
    } finally {
      connection.closeSync();
    }
  },
};

function delimited(file: Buffer, { columns }: ExportPlan, delimiter: string): Table {
  const [heading, ...rows] = parse(file, {
    delimiter,
    record_delimiter: '\r\n',
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  }) as PlainCell[][];
  expectHeading(heading ?? [], columns);
  return rows.map((row) => row.map((cell, index) => fromText(cell, columns[index])));
}

function objects(records: readonly Record<string, unknown>[], { columns }: ExportPlan): Table {
  return records.map((record) => {
    if (Object.keys(record).join() !== columns.map(({ name }) => name).join()) throw new Error('Other members');
    return columns.map((column) => {
      const value = record[column.name];
      if (value === null) return null;
      // PostgreSQL's own text of a jsonb has spaces; what it says is compared, not how it is set.
      if (column.type === 'json') return JSON.stringify(value);
      return fromText(Object.is(value, -0) ? '-0' : String(value), column);
    });
  });
}

/** Timestamps lose their offset: what is left is the time on the clock. */
function fromText(cell: PlainCell, column: FileColumn | undefined): PlainCell {
  if (cell === null || column?.type !== 'timestamp') return cell;
  const [, wall = '', fraction = ''] = /^(.*?)(?:\.(\d+))?(?:Z|[+-]\d\d:\d\d(?::\d\d)?)$/.exec(cell) ?? [];
  return wall === '' ? cell.toLowerCase() : `${wall}.${fraction.padEnd(6, '0')}`;
}

function fromSheet(cell: SheetCell | undefined, column: FileColumn): PlainCell {
  if (cell === undefined) return null;
  if (cell.type === 'boolean') return cell.value === '1' ? 'true' : 'false';
  if (cell.type === 'text') return fromText(cell.value, column);
  if (column.type !== 'date' && column.type !== 'timestamp') return cell.value;
  const milliseconds = SPREADSHEET_EPOCH + Math.round(Number(cell.value) * MILLISECONDS_A_DAY);
  const text = new Date(milliseconds).toISOString();
  return column.type === 'date' ? text.slice(0, 10) : `${text.slice(0, -1)}000`;
}

function fromParquet(base64: PlainCell, column: FileColumn | undefined): PlainCell {
  if (base64 === null) return null;
  const text = Buffer.from(base64, 'base64').toString('utf8');
  return column?.type === 'float' ? text.replace(/^(-?)inf$/, '$1Infinity').replace(/^nan$/, 'NaN') : text;
}

function expectHeading(found: readonly unknown[], columns: readonly FileColumn[]): void {
  const headers = columns.map(({ header }) => header);
  if (found.join('|') !== headers.join('|')) throw new Error(`Headings are ${found}, not ${headers}`);
}

/** All characters of a PDF but its white space, in the order in which they are drawn. */
export async function pdfText(file: Buffer): Promise<string> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(file)), { mergePages: true });
  return withoutSpaces(text);
}

export function withoutSpaces(text: string): string {
  return text.replaceAll(/\s+/g, '');
}
