import { ExportFailedError } from '../core/domain/errors.ts';
import type { SentPart } from '../core/domain/part-range.ts';
import type { FileStore, PartUpload } from '../core/ports/file-store.ts';

/** What an object must be. */
export interface ExpectedFile {
  readonly bytes: number;
  /** Base64. */
  readonly crc32: string;
}

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
  { bytes, crc32 }: ExpectedFile,
  parts?: readonly SentPart[],
): Promise<void> {
  let failure: unknown;
  try {
    await upload.complete({ bytes, crc32 }, parts);
  } catch (error) {
    failure = error;
  }
  await checkStored(files, key, { bytes, crc32 }, failure);
}

/**
 * Makes sure that the object under the key is this file.
 * @param failure why it may not be there
 * @throws ExportFailedError storage_unavailable
 */
export async function checkStored(
  files: Pick<FileStore, 'head'>,
  key: string,
  { bytes, crc32 }: ExpectedFile,
  failure?: unknown,
): Promise<void> {
  const head = await files.head(key);
  if (head?.bytes === bytes && head.crc32 === crc32) return;
  const cause = failure ?? new Error(`Stored ${JSON.stringify(head)}, expected ${bytes} bytes, CRC32 ${crc32}`);
  throw new ExportFailedError('storage_unavailable', { retryable: true, cause });
}
