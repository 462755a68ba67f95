// A Parquet file as the library's own page shows it: pg-query-stream, hyparquet-writer, and the same upload as the
// worker's. Numbers that a float does not hold stay text, as the driver gives them.
import { ByteWriter, parquetWriteRows } from 'hyparquet-writer';
import pg from 'pg';
import QueryStream from 'pg-query-stream';
import { connect, openUpload, sqlOf } from './connect.ts';

const types = {
  quantity: 'INT32',
  is_gift: 'BOOLEAN',
  metadata: 'JSON',
  placed_at: 'TIMESTAMP',
  shipped_on: 'TIMESTAMP',
  updated_at: 'TIMESTAMP',
  weight_kg: 'DOUBLE',
};

const client = await connect(pg.Client);
const { fields } = await client.query(`select * from (${sqlOf()}) as orders limit 0`);
const rows = client.query(new QueryStream(sqlOf(), [], { batchSize: 1000 }));
const upload = await openUpload();
const writer = new ByteWriter();
writer.flush = async () => {
  const written = writer.getBytes().slice();
  writer.index = 0;
  await upload.write(written);
};
await parquetWriteRows({
  writer,
  rows,
  columns: fields.map(({ name }) => ({ name, type: types[name] ?? 'STRING', nullable: true })),
  rowGroupSize: 10_000,
});
await writer.flush();
await upload.end();
await client.end();
