import { createHash } from 'node:crypto';
import type { Waybill } from '../core/domain/waybill.ts';
import { type FileStore, ObjectExistsError, type UploadOptions } from '../core/ports/file-store.ts';

/**
 * Stores the manifest. Under this key nobody else writes: one that is there already is an earlier try whose answer was
 * lost, if it says the same.
 * @returns the SHA-256 of its text, lower-case hex
 * @throws ObjectExistsError when it does not
 * @throws ExportFailedError storage_unavailable
 */
export async function storeWaybill(
  files: FileStore,
  key: string,
  waybill: Waybill,
  retentionDays: UploadOptions['retentionDays'],
): Promise<string> {
  const text = `${JSON.stringify(waybill, null, 2)}\n`;
  try {
    await files.putText(key, text, { contentType: 'application/json', retentionDays });
  } catch (error) {
    if (!(error instanceof ObjectExistsError) || (await files.readText(key)) !== text) throw error;
  }
  return createHash('sha256').update(text).digest('hex');
}
