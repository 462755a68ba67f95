// One row after the other as JavaScript values: pg-query-stream, csv-stringify, and the same upload as the worker's.
import { stringify } from 'csv-stringify';
import pg from 'pg';
import QueryStream from 'pg-query-stream';
import { connect, openUpload, sqlOf } from './connect.ts';

const client = await connect(pg.Client);
const rows = client.query(new QueryStream(sqlOf(), [], { batchSize: 1000 }));
const upload = await openUpload();
for await (const chunk of rows.pipe(stringify({ header: true }))) await upload.write(chunk);
await upload.end();
await client.end();
