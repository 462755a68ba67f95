import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isDelimited } from '../core/domain/delimited.ts';
import { type Waybill, waybillSchema } from '../core/domain/waybill.ts';
import { RecordCounter } from './record-counter.ts';

/**
 * Compares a copy of a file with its waybill: size, SHA-256 and, for csv and tsv, the number of rows.
 * @throws Error when a file cannot be read, or the manifest is none
 */
export async function verifyFile(
  path: string,
  manifest: string,
): Promise<{ waybill: Waybill; differences: readonly string[] }> {
  const waybill = parseManifest(manifest);
  const { file, format, compression } = waybill;
  const hash = createHash('sha256');
  const records = new RecordCounter();
  const countsRows = isDelimited(format) && compression === 'none';
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
    if (countsRows) records.push(chunk);
  }

  const differences: string[] = [];
  const compare = (what: string, expected: string | number, actual: string | number) => {
    if (actual !== expected) differences.push(`${what}: the waybill says ${expected}, the file has ${actual}`);
  };
  compare('bytes', file.bytes, bytes);
  compare('SHA-256', file.sha256, hash.digest('hex'));
  // The heading line is no row.
  if (countsRows) compare('rows', file.rows, records.count - 1);
  return { waybill, differences };
}

function parseManifest(text: string): Waybill {
  try {
    return waybillSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error('the manifest is not a waybill', { cause });
  }
}
