import { isToBeAnnounced } from '../../core/domain/due.ts';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import type { Evidence, ExportEvidence, SentMail } from './evidence.ts';

/** I5, for each mail: its export had ended when it was sent, and so its file was there. */
export function mailsTooEarly({ exports, mails }: Evidence): readonly (readonly string[])[] {
  return mails.map((mail) => {
    const record = exports.find((each) => each.record.id === mail.exportId)?.record;
    const since = record?.readyAt ?? record?.endedAt;
    if (since === undefined) return [`a mail told of ${mail.exportId}, which has not ended`];
    const early = since - mail.sentAt;
    return early > 0 ? [`${mail.exportId}: a mail was sent ${early} ms before it had ended`] : [];
  });
}

/**
 * For each export: everybody was told, and nobody got more mails than the timeline has tries, each of which begins only
 * when nobody knows what became of the one before.
 */
export function mailsMissingOrDoubled({ exports, mails }: Evidence): readonly (readonly string[])[] {
  return exports.map((each) => {
    const own = mails.filter(({ exportId }) => exportId === each.record.id);
    return [...missing(each.record, own), ...doubled(each, own)];
  });
}

function missing(record: ExportRecord, own: readonly SentMail[]): readonly string[] {
  const { id, status, erasedAt, notifyRequester, requestedBy, notify, notifications = [] } = record;
  if (isToBeAnnounced(record)) return [`${id} is ${status}, and somebody has not been told`];
  if (erasedAt !== undefined || (status !== 'ready' && status !== 'failed')) return [];
  const people = [...(notifyRequester ? [requestedBy] : []), ...notify];
  return people.flatMap(({ userId }) => {
    const known = notifications.find((each) => each.userId === userId);
    const isSent = own.some(({ notificationId }) => notificationId === known?.id);
    return isSent ? [] : [`${userId} has no mail about ${id}, their notification is ${known?.state ?? 'missing'}`];
  });
}

function doubled({ record, events }: ExportEvidence, own: readonly SentMail[]): readonly string[] {
  const copies = Map.groupBy(own, ({ notificationId }) => notificationId);
  return [...copies].flatMap(([notificationId, sent]) => {
    const tries = events.filter(
      ({ type, details }) => type === 'mail_sending' && details.notificationId === notificationId,
    );
    return sent.length > tries.length
      ? [`${record.id}: ${sent.length} mails of ${notificationId}, which was tried ${tries.length} times`]
      : [];
  });
}
