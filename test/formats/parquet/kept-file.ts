import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, expect } from 'vitest';
import { ExportFailedError } from '../../../core/domain/errors.ts';
import type { Cell, Column, Columns } from '../../../core/domain/report.ts';
import type { Row } from '../../../core/ports/export-source.ts';
import { parquet } from '../../../formats/parquet/parquet.ts';
import { factsOf, fileOf } from '../file-of.ts';

export type Connection = Awaited<ReturnType<DuckDBInstance['connect']>>;

let directory: string;
/** A new one for each file: DuckDB keeps what it has read. */
export let path: string;
let files = 0;
let database: DuckDBInstance;
let connection: Connection;

/** For a file of tests: a directory, and a database that reads what is in there. */
export function keepFiles(): void {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parquet-'));
    database = await DuckDBInstance.create(':memory:');
    connection = await database.connect();
    await connection.run("SET TimeZone = 'UTC'");
  });

  afterAll(async () => {
    connection.closeSync();
    database.closeSync();
    await rm(directory, { recursive: true });
  });
}

export async function query(sql: string): Promise<unknown[][]> {
  return (
    await connection.runAndReadAll(sql.replaceAll('FILE', `read_parquet('${path}')`))
  ).getRowsJson() as unknown[][];
}

export async function keepFile(columns: Columns, rows: readonly Row[]): Promise<Buffer> {
  const file = await fileOf(parquet, factsOf(columns), rows);
  files += 1;
  path = join(directory, `${files}.parquet`);
  await writeFile(path, file);
  return file;
}

/** The file's columns with their types, and its cells as text. */
export async function openFile(columns: Columns, rows: readonly Row[]) {
  await keepFile(columns, rows);
  const described = await query('DESCRIBE SELECT * FROM FILE');
  const types = Object.fromEntries(described.map(([name, type]) => [name, type]));
  // In hexadecimal digits, because the client takes a byte order mark away.
  const cells = await query('SELECT hex(CAST(COLUMNS(*) AS VARCHAR)) FROM FILE');
  const text = (cell: unknown) => (cell === null ? null : Buffer.from(String(cell), 'hex').toString('utf8'));
  return { types, rows: cells.map((row) => row.map(text)) };
}

export async function cellsOf(column: Column, cells: readonly Cell[]) {
  const { types, rows } = await openFile(
    { value: column },
    cells.map((cell) => [cell]),
  );
  return { type: types.value, cells: rows.map(([cell]) => cell) };
}

export async function refusal(column: Column, cell: string) {
  const error = await fileOf(parquet, factsOf({ value: column }), [[null], [cell]]).catch((cause) => cause);
  expect(error).toBeInstanceOf(ExportFailedError);
  expect(error).toMatchObject({ code: 'invalid_data', retryable: false });
  return error.userMessage;
}
