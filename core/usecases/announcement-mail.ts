import { downloadLinkFor } from '../domain/download-link.ts';
import type { ExportFile, ExportRecord } from '../domain/export-record.ts';
import { failureOf, narrowerFiltersHelp } from '../domain/failure.ts';
import { failedMail } from '../domain/mail/failed-mail.ts';
import type { MailContent } from '../domain/mail/mail-content.ts';
import { readyMail } from '../domain/mail/ready-mail.ts';
import type { Membership } from '../domain/permissions.ts';
import type { Clock } from '../ports/clock.ts';
import type { LinkSigner } from '../ports/link-signer.ts';

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
): Promise<MailContent> {
  return record.file === undefined
    ? failureMail(deps, record, recipient)
    : fileMail(deps, record, record.file, recipient);
}

async function fileMail(
  { links, webUrl, clock }: AnnouncementMailDeps,
  record: ExportRecord,
  file: ExportFile,
  recipient: Membership,
): Promise<MailContent> {
  const link = downloadLinkFor(record, recipient.userId, clock.now());
  return readyMail({
    ...commonFacts(record, recipient),
    fileName: file.name,
    partFiles: file.partFiles,
    bytes: file.bytes,
    rows: file.rows,
    format: record.snapshot.format,
    link: `${webUrl}/download/${await links.sign(link)}`,
    linkExpiresAt: link.expiresAt,
    fileExpiresAt: record.expiresAt ?? link.expiresAt,
  });
}

/** One that was stuck and started once more by itself leads to the export that goes on. */
function failureMail({ webUrl }: AnnouncementMailDeps, record: ExportRecord, recipient: Membership): MailContent {
  const { code, message, retryable } = record.failure ?? failureOf('internal');
  const startedAgain = code === 'stuck_in_queue' ? record.retriedBy : undefined;
  return failedMail({
    ...commonFacts(record, recipient),
    message,
    narrowerFilters: narrowerFiltersHelp(code),
    retryable,
    startedAgain: startedAgain !== undefined,
    link: `${webUrl}/exports/${startedAgain ?? record.id}`,
    createdAt: record.createdAt,
  });
}

function commonFacts({ snapshot, accountId, requestedBy, note }: ExportRecord, recipient: Membership) {
  return {
    reportTitle: snapshot.report.title,
    accountId,
    timeZone: snapshot.timeZone,
    requestedByName: requestedBy.name,
    // The mail tells requesters from others by the name.
    recipientName: recipient.userId === requestedBy.userId ? requestedBy.name : recipient.name,
    note,
  };
}
