import type { ExportRef } from '../domain/export-id.ts';
import { FILE_PREFIX } from './files.ts';

/** Below this are all objects of one export, whichever attempt wrote them. */
export function exportPrefix({ accountId, exportId }: ExportRef): string {
  return `${FILE_PREFIX}${encodeURIComponent(accountId)}/${exportId}/`;
}

/** The claim is part of the key: two workers can never write to the same one. */
export function attemptPrefix(ref: ExportRef, attempt: { readonly number: number; readonly claim: string }): string {
  return `${exportPrefix(ref)}${attempt.number}-${attempt.claim}/`;
}

/** The manifest's name, beside the file. */
export const WAYBILL_NAME = 'waybill.json';
