import type { Cell } from '../../core/domain/report.ts';
import type { ByteChunk, Row } from '../../core/ports/export-source.ts';

const LINE_FEED = 0x0a;
const ROW_END = '\r\n';

/**
 * The rows in what `COPY ... TO STDOUT (FORMAT text)` sends: within a cell, tabs, line ends and backslashes are escaped,
 * so a tab always parts two cells, and a line feed always ends a row.
 * @param chunks the server's bytes, in which each row ends with CR LF
 * @see https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS
 */
export async function* rowsOf(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<readonly Row[]> {
  let begun: Uint8Array[] = [];
  for await (const { data } of chunks) {
    const end = data.lastIndexOf(LINE_FEED) + 1;
    if (end === 0) {
      begun.push(data);
      continue;
    }
    const text = Buffer.concat([...begun, data.subarray(0, end)]).toString('utf8');
    begun = end === data.length ? [] : [data.subarray(end)];
    yield text.slice(0, -ROW_END.length).split(ROW_END).map(cellsOf);
  }
  if (begun.length > 0) throw new Error('The last row of a COPY has no end');
}

function cellsOf(line: string): Row {
  return line.split('\t').map(cellOf);
}

function cellOf(text: string): Cell {
  if (text === '\\N') return null;
  return text.includes('\\') ? text.replaceAll(/\\(.)/g, (_, escaped: string) => unescaped[escaped] ?? escaped) : text;
}

const unescaped: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
