import { type Actor, type Change, type Decision, type ExportState, stepOf } from './change.ts';
import { isToBeAnnounced } from './due.ts';
import type { ExportRecord, Recipient } from './export-record.ts';
import { effectiveStatus } from './lifecycle.ts';
import { afterMailEvent, type MailEvent } from './mail-event.ts';
import {
  claimedUntil,
  hasMissed,
  type Notification,
  type NotificationKind,
  SENDING_GIVEN_UP_AFTER_MS,
} from './notification.ts';

/** How long after a mail, or news of it, another one to the same address is not asked for, in milliseconds. */
const RESEND_PAUSE_MS = 60_000;

/** Why a person is not written to: their address takes no mail, or they are no longer a member who may read the export. */
export type Unreachable = 'suppressed' | 'gone';

export type BeginOutcome =
  | { readonly kind: 'begun'; readonly notification: Notification }
  /** Somebody else is sending it at this moment, or has begun to and is perhaps dead. */
  | { readonly kind: 'busy' }
  /** Nothing is to be sent (any more). */
  | { readonly kind: 'settled' };

/** Everybody who is to be told how the export ended, each once. */
export function peopleToTell(record: ExportRecord): readonly string[] {
  const { notifyRequester, requestedBy, notify, notifications = [] } = record;
  return [
    ...new Set([
      ...(notifyRequester ? [requestedBy.userId] : []),
      ...notify.map(({ userId }) => userId),
      ...notifications.filter(({ state }) => state === 'sending').map(({ userId }) => userId),
    ]),
  ];
}

/** What a mail would tell at this instant; undefined when there is nothing to tell, or not any more. */
export function newsOf(record: ExportRecord, now: number): NotificationKind | undefined {
  const status = effectiveStatus(record, now);
  return status === 'ready' || status === 'failed' ? status : undefined;
}

/**
 * Takes on one mail: for a minute, and longer with each try, nobody else does. Only an export that is ready or failed in
 * this very instant has anything to tell.
 * @param id for the notification, if it is a new one
 */
export function beginSending(
  state: ExportState | undefined,
  { userId, email }: Recipient,
  { id, now }: { readonly id: string; readonly now: number },
): Decision<BeginOutcome> {
  const open = openFor(state, userId, now);
  if (open.kind !== 'open') return { outcome: open };
  const { record, news, known } = open;
  const { askedAt, tries } = known ?? { askedAt: now, tries: 0 };
  if (now - askedAt >= SENDING_GIVEN_UP_AFTER_MS && known) {
    return { outcome: { kind: 'settled' }, change: changeOf(record, { ...known, state: 'refused', at: now }) };
  }
  const isSame = known?.email === email;
  const notification: Notification = {
    id: isSame ? known.id : id,
    userId,
    email,
    kind: news,
    state: 'sending',
    askedAt,
    at: now,
    tries: isSame ? tries + 1 : 1,
  };
  return { outcome: { kind: 'begun', notification }, change: changeOf(record, notification) };
}

/** Notes that a person is not written to. Nothing is kept of somebody who is gone, unless their mail was asked for. */
export function passOver(
  state: ExportState | undefined,
  person: { readonly userId: string; readonly email?: string },
  why: Unreachable,
  { id, now }: { readonly id: string; readonly now: number },
): Decision<void> {
  const { userId, email } = person;
  const open = openFor(state, userId, now);
  if (open.kind !== 'open') return { outcome: undefined };
  const { record, news, known } = open;
  const address = email ?? known?.email;
  if (address === undefined || (why === 'gone' && known === undefined)) return { outcome: undefined };
  const notification: Notification = {
    ...(known ?? { id, userId, askedAt: now, tries: 0 }),
    email: address,
    kind: news,
    state: why === 'gone' ? 'refused' : 'suppressed',
    at: now,
  };
  return { outcome: undefined, change: changeOf(record, notification) };
}

/** Notes that the mail service has taken a mail. An event about the mail may have said so, and more, before. */
export function noteSent(state: ExportState | undefined, id: string, messageId: string, now: number): Decision<void> {
  return changeSending(state, id, (notification) => ({ ...notification, state: 'sent', at: now, messageId }));
}

/** Notes that the mail service will never take a mail. */
export function noteRefused(state: ExportState | undefined, id: string, now: number): Decision<void> {
  return changeSending(state, id, (notification) => ({ ...notification, state: 'refused', at: now }));
}

/** Notes what the mail service tells of a mail; events about mails that were replaced by others are ignored. */
export function noteMailEvent(
  state: ExportState | undefined,
  id: string,
  event: MailEvent,
  at: number,
): Decision<void> {
  const known = state?.record.notifications?.find((each) => each.id === id);
  const after = known && afterMailEvent(known, event, at);
  return { outcome: undefined, ...(state && after && { change: changeOf(state.record, after) }) };
}

/**
 * Asks for mails that are to be sent although everybody was told. A mail that is being sent is not asked for, nor one that
 * went to the same address within a minute: so may a request be repeated. The people become recipients of the export.
 * @param id makes one for each new notification
 */
export function askForMails(
  state: ExportState | undefined,
  people: readonly Recipient[],
  id: () => string,
  actor: Actor,
): Decision<void> {
  const record = state?.record;
  const kind = record && newsOf(record, actor.at);
  if (!record || !kind) return { outcome: undefined };
  const before = record.notifications ?? [];
  const asked = people.filter(({ userId, email }) => {
    const known = before.find((each) => each.userId === userId);
    if (known === undefined || hasMissed(known)) return true;
    const isJustSent = known.email === email && actor.at - known.at < RESEND_PAUSE_MS;
    return known.state !== 'sending' && !isJustSent;
  });
  if (asked.length === 0) return { outcome: undefined };
  const isAsked = (userId: string) => asked.some((person) => person.userId === userId);
  const { requestedBy, notify } = record;
  const fields = {
    notify: [
      ...notify.filter(({ userId }) => !isAsked(userId)),
      ...asked.filter(({ userId }) => userId !== requestedBy.userId),
    ],
    notifications: [
      ...before.filter(({ userId }) => !isAsked(userId)),
      ...asked.map(
        (person): Notification => ({
          ...person,
          id: id(),
          kind,
          state: 'sending',
          askedAt: actor.at,
          at: actor.at,
          tries: 0,
        }),
      ),
    ],
  };
  const details = { to: asked.map(({ userId }) => userId).join(' ') };
  return { outcome: undefined, change: stepOf(record, fields, { type: 'mail_asked_for', details }, actor) };
}

/** `pending`: a mail is being sent, or was begun by somebody who is perhaps dead; look again in a minute. */
export type Announcement = 'announced' | 'pending';

/**
 * Closes the announcement once everybody has been gone through: whoever has no mail by now gets none. Nothing is told
 * any more of a file that is gone.
 */
export function closeAnnouncement(state: ExportState | undefined, now: number): Decision<Announcement> {
  const record = state?.record;
  if (!record || !isToBeAnnounced(record)) return { outcome: 'announced' };
  const sending = (record.notifications ?? []).filter((each) => each.state === 'sending');
  if (sending.length > 0 && newsOf(record, now)) return { outcome: 'pending' };
  const notifications = record.notifications?.map(
    (each): Notification => (each.state === 'sending' ? { ...each, state: 'refused', at: now } : each),
  );
  const fields = { announced: record.status, ...(notifications && { notifications }) };
  const event = { type: 'announced', details: { status: record.status } };
  return { outcome: 'announced', change: stepOf(record, fields, event, { by: 'system', at: now }) };
}

type Open =
  | {
      readonly kind: 'open';
      readonly record: ExportRecord;
      readonly news: NotificationKind;
      readonly known: Notification | undefined;
    }
  | { readonly kind: 'busy' }
  | { readonly kind: 'settled' };

/** Whether something is to be told to a person, and nobody else is about to. */
function openFor(state: ExportState | undefined, userId: string, now: number): Open {
  const record = state?.record;
  const news = record && newsOf(record, now);
  const known = record?.notifications?.find((each) => each.userId === userId);
  if (!record || !news || (known && known.state !== 'sending')) return { kind: 'settled' };
  if (known && known.tries > 0 && now < claimedUntil(known)) return { kind: 'busy' };
  return { kind: 'open', record, news, known };
}

function changeSending(
  state: ExportState | undefined,
  id: string,
  change: (notification: Notification) => Notification,
): Decision<void> {
  const known = state?.record.notifications?.find((each) => each.id === id);
  const isSending = known?.state === 'sending';
  return { outcome: undefined, ...(state && isSending && { change: changeOf(state.record, change(known)) }) };
}

/** Puts a notification in the place of the person's last one; the one that was missing closes the announcement. */
function changeOf(record: ExportRecord, notification: Notification): Change {
  const { id, userId, kind, state, tries, at } = notification;
  const known = record.notifications ?? [];
  const notifications = known.some((each) => each.userId === userId)
    ? known.map((each) => (each.userId === userId ? notification : each))
    : [...known, notification];
  const isTold = (person: string) => notifications.some((each) => each.userId === person && each.state !== 'sending');
  const isAnnounced = peopleToTell({ ...record, notifications }).every(isTold);
  const fields = { notifications, ...(isAnnounced && { announced: record.status }) };
  // Addresses stay out of the timeline, which outlives the request.
  const event = { type: `mail_${state}`, details: { notificationId: id, to: userId, kind, tries } };
  return stepOf(record, fields, event, { by: 'system', at });
}
