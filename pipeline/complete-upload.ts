import { ExportFailedError } from '../core/domain/errors.ts';
import type { FileStore, PartUpload } from '../core/ports/file-store.ts';
import type { ProducedFile } from './produce-file.ts';

/**
 * Completes the upload and makes sure that the object under the key is this file. Only the object itself decides: the
 * answer to the completion may have been lost, and the key holds this worker's own claim, so nobody else writes to it.
 * @throws ExportFailedError storage_unavailable
 */
export async function completeUpload(
  files: FileStore,
  upload: PartUpload,
  key: string,
  file: ProducedFile,
): Promise<void> {
  let failure: unknown;
  try {
    await upload.complete({ bytes: file.bytes, crc32: file.crc32 });
  } catch (error) {
    failure = error;
  }
  const head = await files.head(key);
  if (head?.bytes === file.bytes && head.crc32 === file.crc32) return;
  const cause =
    failure ?? new Error(`Stored ${JSON.stringify(head)}, expected ${file.bytes} bytes, CRC32 ${file.crc32}`);
  throw new ExportFailedError('storage_unavailable', { retryable: true, cause });
}
