import { type ReportedMail, undeliverableReason } from '../domain/mail-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { MailAddresses } from '../ports/mail-addresses.ts';

export interface RecordMailEventDeps {
  readonly store: ExportStore;
  readonly mailAddresses: MailAddresses;
  readonly clock: Clock;
}

/** Notes what became of a mail, with its export, and with its address if nothing should be sent there any more. */
export async function recordMailEvent(deps: RecordMailEventDeps, mail: ReportedMail): Promise<void> {
  const { event, at, addresses, notification } = mail;
  const reason = undeliverableReason(event);
  if (reason !== undefined) {
    for (const address of addresses) await deps.mailAddresses.markUndeliverable(address, { reason, at });
  }
  if (notification === undefined) return;
  const { notificationId, ...ref } = notification;
  await deps.store.noteMailEvent(ref, notificationId, event, deps.clock.now());
}
