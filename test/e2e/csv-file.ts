import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Asks a CSV file with SQL, by a program that had no part in writing it; every cell is text, as it stands in the file.
 * @param sql names the file as `FILE`
 */
export async function queryCsv(csv: Buffer, sql: string): Promise<readonly (readonly (string | null)[])[]> {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-csv-'));
  const path = join(directory, 'file.csv');
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  try {
    await writeFile(path, csv);
    const file = `read_csv('${path}', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', new_line = '\\r\\n', allow_quoted_nulls = false)`;
    // As base64: DuckDB's own conversion of text drops a byte order mark.
    const cells = `SELECT base64(encode(COLUMNS(*)::VARCHAR)) FROM (${sql.replaceAll('FILE', file)})`;
    const reader = await connection.runAndReadAll(cells);
    return (reader.getRowsJson() as (string | null)[][]).map((row) =>
      row.map((cell) => (cell === null ? null : Buffer.from(cell, 'base64').toString('utf8'))),
    );
  } finally {
    connection.closeSync();
    database.closeSync();
    await rm(directory, { recursive: true });
  }
}
