// A workbook by exceljs's streaming writer, from rows that are there already.
import { PassThrough } from 'node:stream';
import Excel from 'exceljs';

/**
 * @param {readonly string[]} headers
 * @param {AsyncIterable<readonly unknown[]>} rows
 * @returns {AsyncIterable<Uint8Array>}
 */
export function workbook(headers, rows) {
  const stream = new PassThrough();
  write(stream, headers, rows).catch((error) => stream.destroy(error));
  return stream;
}

async function write(stream, headers, rows) {
  const workbook = new Excel.stream.xlsx.WorkbookWriter({ stream });
  const sheet = workbook.addWorksheet('Orders');
  sheet.addRow(headers).commit();
  for await (const row of rows) sheet.addRow(row).commit();
  await workbook.commit();
}
