import { mailTags } from '../contract/mail-tags.ts';
import { isToBeAnnounced } from '../domain/due.ts';
import type { ExportRef } from '../domain/export-id.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { type Announcement, newsOf, peopleToTell } from '../domain/notifications.ts';
import { holds, type Membership } from '../domain/permissions.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { Ids } from '../ports/ids.ts';
import type { MailAddresses } from '../ports/mail-addresses.ts';
import { type Mailer, MailRefusedError } from '../ports/mailer.ts';
import type { Memberships } from '../ports/memberships.ts';
import { type AnnouncementMailDeps, announcementMail } from './announcement-mail.ts';
import { type QueueWebhooksDeps, queueWebhooks } from './queue-webhooks.ts';

export interface AnnounceDeps extends AnnouncementMailDeps, QueueWebhooksDeps {
  readonly store: ExportStore;
  readonly memberships: Pick<Memberships, 'find'>;
  readonly mailAddresses: MailAddresses;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'notificationId'>;
}

/**
 * Tells how an export ended: first the account's webhook endpoints, for which it only has to be written down, then
 * everybody who is to have a mail, one after the other. Each mail is taken on in the record, then
 * sent, then noted as sent: whoever comes to it a second time sees that. Only when the outcome of a try was lost, and
 * nothing was heard of the mail for a minute, is it sent again.
 * @throws whatever kept a mail from being sent; the people behind have their turn with the next try
 */
export async function announceExport(deps: AnnounceDeps, ref: ExportRef): Promise<Announcement> {
  const record = await deps.store.get(ref);
  if (record === undefined || !isToBeAnnounced(record)) return 'announced';
  // A mail that was asked for later is no news.
  if (record.announced !== record.status) await queueWebhooks(deps, record, deps.clock.now());
  if (newsOf(record, deps.clock.now())) {
    for (const userId of peopleToTell(record)) await tell(deps, ref, record, userId);
  }
  return deps.store.closeAnnouncement(ref, deps.clock.now());
}

/** Sends one mail, unless it was sent, is about to be, or is not to be. */
async function tell(deps: AnnounceDeps, ref: ExportRef, record: ExportRecord, userId: string): Promise<void> {
  const { store, memberships, mailAddresses, mailer, clock } = deps;
  const known = record.notifications?.find((each) => each.userId === userId);
  if (known !== undefined && known.state !== 'sending') return;
  const newId = deps.ids.notificationId();
  const member = await readerOf(memberships, record, userId);
  if (member === undefined) return store.passOver(ref, { userId }, 'gone', newId, clock.now());
  if (await mailAddresses.undeliverable(member.email, clock.now())) {
    return store.passOver(ref, member, 'suppressed', newId, clock.now());
  }
  // Written before it is taken on: what fails here has not used up a try.
  const mail = await announcementMail(deps, record, member);
  const begun = await store.beginSending(ref, member, newId, clock.now());
  if (begun.kind !== 'begun') return;
  const { id, email } = begun.notification;
  let messageId: string;
  try {
    ({ messageId } = await mailer.send({ ...mail, to: email, tags: mailTags(ref, id) }));
  } catch (error) {
    if (!(error instanceof MailRefusedError)) throw error;
    return store.noteRefused(ref, id, clock.now());
  }
  await store.noteSent(ref, id, messageId, clock.now());
}

/** The member behind a user id, if they may read the export now. */
async function readerOf(
  memberships: AnnounceDeps['memberships'],
  { accountId, snapshot }: ExportRecord,
  userId: string,
): Promise<Membership | undefined> {
  const member = await memberships.find(accountId, userId);
  return member && holds(member, snapshot.report.permission) ? member : undefined;
}
