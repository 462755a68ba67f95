import type { ExportRef } from './export-id.ts';

/** All that an export has in the bucket. */
export function exportPrefix({ accountId, exportId }: ExportRef): string {
  return `exports/${accountId}/${exportId}/`;
}

/** The fence: each attempt of each worker has a place of its own, so that nobody can write over somebody else's file. */
export function attemptPrefix(ref: ExportRef, attempt: number, claim: string): string {
  return `${exportPrefix(ref)}${attempt}-${claim}/`;
}

/** The manifest's object beside the file. */
export const WAYBILL_FILE_NAME = 'waybill.json';
