// DuckDB, by hand: psql writes the rows as CSV into a pipe, DuckDB reads them as text and writes the file with COPY, and
// the file is uploaded as the worker does it. Its own reader of PostgreSQL is an extension that it would have to download.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';
import { connect, databaseUrlOf, openUpload, sqlOf } from './connect.ts';

const [format] = process.argv.slice(2);
const options = { csv: 'format csv, header', parquet: 'format parquet' }[format];

const types = {
  order_id: 'bigint',
  customer_id: 'bigint',
  external_id: 'decimal(20, 0)',
  order_uuid: 'uuid',
  subtotal: 'decimal(20, 6)',
  tax: 'decimal(20, 6)',
  total: 'decimal(20, 6)',
  quantity: 'integer',
  is_gift: 'boolean',
  placed_at: 'timestamptz',
  shipped_on: 'date',
  updated_at: 'timestamptz',
  weight_kg: 'double',
};

const client = await connect(pg.Client);
const { fields } = await client.query(`select * from (${sqlOf()}) as orders limit 0`);
await client.end();
const columns = fields.map(({ name }) => `'${name}': '${types[name] ?? 'varchar'}'`).join(', ');

const directory = mkdtempSync(join(tmpdir(), 'waybill-duckdb-'));
try {
  const pipe = join(directory, 'rows.csv');
  const file = join(directory, `orders.${format}`);
  execFileSync('mkfifo', [pipe]);
  const psql = spawn('psql', [
    ...['--no-psqlrc', '--quiet', databaseUrlOf()],
    ...['-c', `\\copy (${sqlOf().replaceAll(/\s+/g, ' ')}) to '${pipe}' csv header`],
  ]);
  const ended = once(psql, 'exit');
  const connection = await (await DuckDBInstance.create()).connect();
  const rows = `read_csv('${pipe}', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${columns}})`;
  await connection.run(`copy (select * from ${rows}) to '${file}' (${options})`);
  const [code] = await ended;
  if (code !== 0) throw new Error(`psql ended with ${code}`);
  const upload = await openUpload();
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) await upload.write(chunk);
  await upload.end();
} finally {
  rmSync(directory, { recursive: true, force: true });
}
