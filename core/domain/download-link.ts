import type { ExportId } from './export-id.ts';
import type { ExportRecord } from './export-record.ts';

/** A week: long enough for a holiday, far shorter than the month for which a replaced key is still accepted. */
export const LINK_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * What the link in a mail says. It is a locator, not a capability: whoever holds it learns which export is meant and
 * nothing more. What they may have is decided by their own membership, each time they ask.
 */
export interface DownloadLink {
  readonly accountId: string;
  readonly exportId: ExportId;
  /** Whom the mail was for; somebody else of the account may use the link too, if they may read the export. */
  readonly recipientUserId: string;
  /** Epoch milliseconds, whole seconds. */
  readonly expiresAt: number;
}

/** A link for one recipient; it never outlives the file. */
export function downloadLinkFor(record: ExportRecord, recipientUserId: string, now: number): DownloadLink {
  const expiresAt = Math.min(now + LINK_LIFETIME_MS, record.expiresAt ?? Number.POSITIVE_INFINITY);
  return {
    accountId: record.accountId,
    exportId: record.id,
    recipientUserId,
    expiresAt: Math.floor(expiresAt / 1000) * 1000,
  };
}
