import { type Actor, type Decision, type ExportState, stepOf } from './change.ts';
import type { ExportRecord } from './export-record.ts';

/** The addresses that a record holds of somebody, beside their user id. */
export function addressesOf({ requestedBy, notify, notifications = [] }: ExportRecord, userId: string): string[] {
  return [requestedBy, ...notify, ...notifications]
    .filter((each) => each.userId === userId && each.email !== '')
    .map(({ email }) => email);
}

/** Whether a record tells more of somebody than their user id. */
export function isNamed(record: ExportRecord, userId: string): boolean {
  return (
    addressesOf(record, userId).length > 0 || (record.requestedBy.userId === userId && record.requestedBy.name !== '')
  );
}

/**
 * Takes name and addresses of a person out of an export: what stays of them is their user id. They are no recipient any
 * more. Their own request is not touched otherwise; erasing that comes first.
 */
export function forgetPerson(state: ExportState | undefined, userId: string, actor: Actor): Decision<boolean> {
  const record = state?.record;
  if (!record || !isNamed(record, userId)) return { outcome: false };
  const isOther = (each: { readonly userId: string }) => each.userId !== userId;
  const { requestedBy, notify, notifications } = record;
  const fields = {
    requestedBy: isOther(requestedBy) ? requestedBy : { userId, email: '', name: '' },
    notify: notify.filter(isOther),
    ...(notifications && { notifications: notifications.filter(isOther) }),
    updatedAt: actor.at,
  };
  const event = { type: 'person_erased', details: { userId } };
  return { outcome: true, change: stepOf(record, fields, event, actor) };
}
