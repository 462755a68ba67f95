import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type OneFileWaybill, waybillSchema } from '../core/domain/waybill.ts';
import { countRows } from './count-rows.ts';

export interface Verification {
  readonly waybill: OneFileWaybill;
  /** A sentence for each thing that is not as the waybill says; none for a file that is complete and unchanged. */
  readonly differences: readonly string[];
  /** Whether the rows could be counted: not those of a PDF. */
  readonly countsRows: boolean;
}

/**
 * Compares a copy of a file with its waybill: size, SHA-256 and, but for a PDF, the number of rows.
 * @throws Error when a file cannot be read, or the manifest is none
 */
export async function verifyFile(path: string, manifest: string): Promise<Verification> {
  const waybill = parseManifest(manifest);
  const { file } = waybill;
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }

  const differences: string[] = [];
  const compare = (what: string, expected: string | number, actual: string | number) => {
    if (actual !== expected) differences.push(`${what}: the waybill says ${expected}, the file has ${actual}`);
  };
  compare('bytes', file.bytes, bytes);
  compare('SHA-256', file.sha256, hash.digest('hex'));
  try {
    const rows = await countRows(path, waybill);
    if (rows === undefined) return { waybill, differences, countsRows: false };
    compare('rows', file.rows, rows);
  } catch (error) {
    const kind = [waybill.format, ...(waybill.compression === 'none' ? [] : [waybill.compression])].join(', ');
    differences.push(`rows: the file cannot be read as ${kind}: ${(error as Error).message}`);
  }
  return { waybill, differences, countsRows: true };
}

function parseManifest(text: string): OneFileWaybill {
  try {
    const waybill = waybillSchema.parse(JSON.parse(text));
    if (waybill.schemaVersion !== 1) throw new Error('it is of several files');
    return waybill;
  } catch (cause) {
    throw new Error('the manifest is not a waybill', { cause });
  }
}
