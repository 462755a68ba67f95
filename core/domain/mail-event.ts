import type { ExportRef } from './export-id.ts';
import type { Notification, NotificationState } from './notification.ts';

/** What a mail service tells of a mail it was given, each with the state it leads to. */
const stateAfter = {
  accepted: 'sent',
  /** Not yet delivered; the mail service goes on trying. */
  delayed: 'delayed',
  delivered: 'delivered',
  /** For good: the address does not take mail. */
  bounced: 'bounced',
  /** This mail was not taken, another may be. Also what an automatic answer to a delivered mail looks like. */
  bounced_once: 'bounced',
  /** Its reader has called it spam. */
  complained: 'complained',
  /** The mail service knows the address to be bad and did not try. */
  suppressed: 'suppressed',
  /** The mail service did not take the mail after all. */
  rejected: 'refused',
} as const satisfies Record<string, NotificationState>;

export type MailEvent = keyof typeof stateAfter;

/** What was told of one mail, and whom it was for. */
export interface ReportedMail {
  readonly event: MailEvent;
  /** When it happened, in epoch milliseconds. */
  readonly at: number;
  /** Whose addresses it says something about; none when it says nothing about them. */
  readonly addresses: readonly string[];
  /** The notification it was, if it was one. */
  readonly notification?: ExportRef & { readonly notificationId: string };
}

/** A state only ever gives way to one that says more. */
const weight: Readonly<Record<NotificationState, number>> = {
  sending: 0,
  sent: 1,
  delayed: 2,
  delivered: 3,
  bounced: 4,
  suppressed: 4,
  refused: 4,
  complained: 5,
};

/** The notification after an event; undefined when that tells nothing new. Events come late, twice and in any order. */
export function afterMailEvent(notification: Notification, event: MailEvent, at: number): Notification | undefined {
  const state = stateAfter[event];
  const threshold = event === 'bounced_once' ? weight.delivered : weight[state];
  return weight[notification.state] < threshold ? { ...notification, state, at } : undefined;
}

/** Why an address is not written to any more, if the event says so. */
export function undeliverableReason(event: MailEvent): 'bounced' | 'complained' | undefined {
  if (event === 'bounced' || event === 'suppressed') return 'bounced';
  return event === 'complained' ? 'complained' : undefined;
}
