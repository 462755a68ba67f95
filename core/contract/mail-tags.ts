import { type ExportRef, isExportId } from '../domain/export-id.ts';

/**
 * Tags of a mail about an export, which lead every event about it back to its notification. Only letters, digits, `_`
 * and `-` are allowed in them, and an account's id may hold anything.
 */
export function mailTags({ accountId, exportId }: ExportRef, notificationId: string): Readonly<Record<string, string>> {
  return { accountId: Buffer.from(accountId).toString('base64url'), exportId, notificationId };
}

/** What the tags of a mail lead to; undefined when it was no mail about an export. */
export function notificationOf(
  tags: Readonly<Record<string, string | undefined>>,
): (ExportRef & { readonly notificationId: string }) | undefined {
  const { accountId, exportId, notificationId } = tags;
  if (accountId === undefined || exportId === undefined || notificationId === undefined) return undefined;
  if (!isExportId(exportId)) return undefined;
  return { accountId: Buffer.from(accountId, 'base64url').toString(), exportId, notificationId };
}
