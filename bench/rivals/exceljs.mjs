// A workbook by exceljs's streaming writer.
import { PassThrough } from 'node:stream';
import Excel from 'exceljs';
import pg from 'pg';
import QueryStream from 'pg-query-stream';
import { connect, openUpload, sqlOf } from './connect.ts';

const client = await connect(pg.Client);
const rows = client.query(new QueryStream(sqlOf(), [], { batchSize: 1000 }));
const stream = new PassThrough();
const upload = await openUpload();
const sent = (async () => {
  for await (const chunk of stream) await upload.write(chunk);
})();
const workbook = new Excel.stream.xlsx.WorkbookWriter({ stream });
const sheet = workbook.addWorksheet('Orders');
let isFirst = true;
for await (const row of rows) {
  if (isFirst) sheet.addRow(Object.keys(row)).commit();
  isFirst = false;
  sheet.addRow(Object.values(row)).commit();
}
await workbook.commit();
await sent;
await upload.end();
await client.end();
