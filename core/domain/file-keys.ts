import type { ExportRef } from './export-id.ts';

/** All that an export has in the bucket. */
export function exportPrefix({ accountId, exportId }: ExportRef): string {
  return `exports/${accountId}/${exportId}/`;
}

/** The fence: each attempt of each worker has a place of its own, so that nobody can write over somebody else's file. */
export function attemptPrefix(ref: ExportRef, attempt: number, claim: string): string {
  return `${exportPrefix(ref)}${attempt}-${claim}/`;
}

/**
 * Where a worker puts the part file it makes. What comes before and after it is not known yet, so the number is that of the
 * first slice of its range, and the owner's token gives each try a place of its own.
 */
export function partFileKey(
  attemptPrefix: string,
  { slice, owner, extension }: { readonly slice: number; readonly owner: string; readonly extension: string },
): string {
  return `${attemptPrefix}part-${String(slice).padStart(5, '0')}-${owner}.${extension}`;
}

/** The manifest's object beside the file. */
export const WAYBILL_FILE_NAME = 'waybill.json';
