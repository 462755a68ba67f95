import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Waybill } from '../core/domain/waybill.ts';
import { countRows } from './count-rows.ts';

/** What a waybill says of one file. */
export interface ListedFile {
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
}

export interface Comparison {
  /** A sentence for each thing that is not as the waybill says; none for a file that is complete and unchanged. */
  readonly differences: readonly string[];
  /** Whether the rows could be counted: not those of a PDF. */
  readonly countsRows: boolean;
}

/**
 * Compares a copy of a file with what its waybill says of it: size, SHA-256 and, but for a PDF, the number of rows.
 * @throws Error when the file cannot be read
 */
export async function verifyFile(
  path: string,
  listed: ListedFile,
  kind: Pick<Waybill, 'format' | 'compression'>,
): Promise<Comparison> {
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
  compare('bytes', listed.bytes, bytes);
  compare('SHA-256', listed.sha256, hash.digest('hex'));
  try {
    const rows = await countRows(path, kind);
    if (rows === undefined) return { differences, countsRows: false };
    compare('rows', listed.rows, rows);
  } catch (error) {
    const { format, compression } = kind;
    const words = [format, ...(compression === 'none' ? [] : [compression])].join(', ');
    differences.push(`rows: the file cannot be read as ${words}: ${(error as Error).message}`);
  }
  return { differences, countsRows: true };
}
