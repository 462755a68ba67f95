import { downloadLinkFor } from '../domain/download-link.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import type { Membership } from '../domain/permissions.ts';
import type { Clock } from '../ports/clock.ts';
import type { LinkSigner } from '../ports/link-signer.ts';
import type { OutgoingMail } from '../ports/mailer.ts';

export interface AnnouncementMailDeps {
  readonly links: LinkSigner;
  /** Where the report center answers, without a slash at the end. */
  readonly webUrl: string;
  readonly clock: Clock;
}

/** What one person is told of an export that is ready or failed. */
export async function announcementMail(
  deps: AnnouncementMailDeps,
  record: ExportRecord,
  recipient: Membership,
): Promise<Pick<OutgoingMail, 'subject' | 'text' | 'html'>> {
  const token = await deps.links.sign(downloadLinkFor(record, recipient.userId, deps.clock.now()));
  return { subject: record.status, text: `${deps.webUrl}/download/${token}`, html: '' };
}
