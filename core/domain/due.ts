import type { ExportRecord } from './export-record.ts';
import { isTerminal } from './lifecycle.ts';
import { claimedUntil, SENDING_CLAIM_MS } from './notification.ts';

/**
 * What the sweeper is to look at, and since when: `start` from creation until the execution has stored its task token;
 * `announce` from an ending, or from the last try to send one of its mails, until everybody has been told of it;
 * `cleanup` from the ending of an export that had an attempt, unless its first attempt made it ready and surely left
 * nothing beside the file, and again from its erasure; also of one that ended in the queue, whose execution may wait
 * there still; `expiry` from `expiresAt` on.
 */
export type Due = 'start' | 'announce' | 'cleanup' | 'expiry';

/** What is due for an export next, if anything. */
export function dueOf(record: ExportRecord): { readonly kind: Due; readonly at: number } | undefined {
  if (record.status === 'queued') {
    return record.taskToken === undefined ? { kind: 'start', at: record.createdAt } : undefined;
  }
  if (!isTerminal(record.status)) return undefined;
  if (isToBeAnnounced(record)) return { kind: 'announce', at: triedAt(record) };
  const mayHaveLeft = record.attempt > 0 || record.taskToken !== undefined;
  if (mayHaveLeft && !record.cleaned) {
    return { kind: 'cleanup', at: record.erasedAt ?? record.endedAt ?? record.updatedAt };
  }
  if (record.status !== 'ready' || record.erasedAt !== undefined || record.expiresAt === undefined) return undefined;
  return { kind: 'expiry', at: record.expiresAt };
}

/** Whether this is what is due for an export at `until`: what an index lists may be over. */
export function isDue(record: ExportRecord, kind: Due, until: number): boolean {
  const due = dueOf(record);
  return due?.kind === kind && due.at <= until;
}

/** Whether somebody is still to be told how the export ended. */
export function isToBeAnnounced(record: ExportRecord): boolean {
  if (!isTerminal(record.status) || record.erasedAt !== undefined) return false;
  return record.announced !== record.status || sendingOf(record).length > 0;
}

/** A minute before the last try of any of its mails counts as over, or before nobody has tried: since it ended. */
function triedAt(record: ExportRecord): number {
  const tries = sendingOf(record).map((each) => (each.tries === 0 ? each.at : claimedUntil(each) - SENDING_CLAIM_MS));
  return Math.max(record.endedAt ?? record.updatedAt, ...tries);
}

function sendingOf({ notifications = [] }: ExportRecord) {
  return notifications.filter(({ state }) => state === 'sending');
}
