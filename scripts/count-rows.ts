import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { asyncBufferFromFile, parquetMetadataAsync } from 'hyparquet';
import type { Compression } from '../core/domain/report.ts';
import type { Waybill } from '../core/domain/waybill.ts';
import { countSheetRows } from './count-sheet-rows.ts';
import { RecordCounter } from './record-counter.ts';

/**
 * How many rows a file holds, read as its waybill says it was written. A PDF's rows are drawn, not stored: undefined.
 * @throws Error when the file is not of that kind, or is damaged
 */
export async function countRows(
  path: string,
  { format, compression }: Pick<Waybill, 'format' | 'compression'>,
): Promise<number | undefined> {
  switch (format) {
    case 'csv':
    case 'tsv':
      // The heading is no row.
      return without(1, await countRecords(path, compression));
    case 'ndjson':
      return countLines(path, compression);
    case 'json':
      // The brackets have lines of their own.
      return without(2, await countLines(path, compression));
    case 'xlsx':
      return countSheetRows(path);
    case 'parquet':
      return Number((await parquetMetadataAsync(await asyncBufferFromFile(path))).num_rows);
    case 'pdf':
      return undefined;
  }
}

function without(frame: number, lines: number): number {
  if (lines < frame) throw new Error('it has no beginning or no end');
  return lines - frame;
}

async function countRecords(path: string, compression: Compression): Promise<number> {
  const counter = new RecordCounter();
  for await (const chunk of text(path, compression)) counter.push(chunk);
  return counter.count;
}

const LINE_FEED = 0x0a;

async function countLines(path: string, compression: Compression): Promise<number> {
  let lines = 0;
  for await (const chunk of text(path, compression)) {
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) lines++;
  }
  return lines;
}

function text(path: string, compression: Compression): AsyncIterable<Buffer> {
  const stored = createReadStream(path);
  if (compression === 'none') return stored;
  // Its errors reach the reader through the last stream.
  return pipeline(stored, compression === 'gzip' ? createGunzip() : createZstdDecompress(), () => {});
}
