import { ExportFailedError } from '../core/domain/errors.ts';
import type { SentPart } from '../core/domain/part-range.ts';
import type { FileStore, PartUpload } from '../core/ports/file-store.ts';

/**
 * Completes the upload and makes sure that the object under the key is this file. Only the object itself decides: the
 * answer to the completion may have been lost, and the key holds this worker's own claim, so nobody else writes to it.
 * @param parts as {@link PartUpload.complete} has it
 * @throws ExportFailedError storage_unavailable
 */
export async function completeUpload(
  files: FileStore,
  upload: PartUpload,
  key: string,
  file: { readonly bytes: number; readonly crc32: string },
  parts?: readonly SentPart[],
): Promise<void> {
  let failure: unknown;
  try {
    await upload.complete({ bytes: file.bytes, crc32: file.crc32 }, parts);
  } catch (error) {
    failure = error;
  }
  const head = await files.head(key);
  if (head?.bytes === file.bytes && head.crc32 === file.crc32) return;
  const cause =
    failure ?? new Error(`Stored ${JSON.stringify(head)}, expected ${file.bytes} bytes, CRC32 ${file.crc32}`);
  throw new ExportFailedError('storage_unavailable', { retryable: true, cause });
}
