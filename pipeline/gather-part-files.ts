import { encodeCrc32 } from '../core/domain/checksum.ts';
import { ExportFailedError } from '../core/domain/errors.ts';
import type { RangeResult } from '../core/domain/part-range.ts';
import type { DatabaseSnapshot } from '../core/ports/export-source.ts';
import { checkStored } from './complete-upload.ts';
import type { ProducedPartFile, ProducedPartFiles } from './produce-file.ts';
import type { RunDependencies } from './run-dependencies.ts';
import type { AttemptWork } from './run-export.ts';

/**
 * The part files that workers have recorded, once storage has said of each that it is there. They are not read again: each
 * worker took the SHA-256 of what it sent, and storage compared the CRC-32.
 * @param results of all ranges, in file order
 * @returns undefined when there is not one row, and so no file
 * @throws ExportFailedError storage_unavailable | internal
 */
export async function gatherPartFiles(
  { upload, meter, signal }: Pick<AttemptWork, 'upload' | 'meter' | 'signal'>,
  snapshot: DatabaseSnapshot,
  results: readonly RangeResult[],
  { files }: Pick<RunDependencies, 'files'>,
): Promise<ProducedPartFiles | undefined> {
  const found = results.flatMap(partFileOf);
  if (found.length === 0) return undefined;
  meter.waitingFor = 'completion';
  await Promise.all(found.map((file) => checkStored(files, file.key, file)));
  signal.throwIfAborted();
  // It was kept for one stream, had there been no rows.
  await (await upload).abort();
  return { files: found, rows: sum(found, ({ rows }) => rows), bytes: sum(found, ({ bytes }) => bytes), snapshot };
}

function partFileOf({ rows, bytes, crc32, file }: RangeResult): readonly ProducedPartFile[] {
  if (file) return [{ ...file, rows, bytes, crc32: encodeCrc32(crc32) }];
  if (rows === 0) return [];
  throw new ExportFailedError('internal', { retryable: true, cause: new Error(`${rows} rows are in no file`) });
}

function sum(files: readonly ProducedPartFile[], of: (file: ProducedPartFile) => number): number {
  return files.reduce((total, file) => total + of(file), 0);
}
