import type { ExportView } from '../../../core/contract/export-schemas.ts';

const MOVING_POLL_MS = 2_000;
const SETTLING_POLL_MS = 5_000;
const HIDDEN_POLL_MS = 30_000;
/** Timers hold 24 days at most, and a tab that is open for a day may well look once. */
const LONGEST_POLL_MS = 86_400_000;

/** Mails begin when an export has ended. */
const MAIL_BEGINS_WITHIN_MS = 30_000;
/** A bounce comes back in this time, or so late that nobody waits for it. */
const MAIL_TELLS_WITHIN_MS = 5 * 60_000;

/** Whether it will change by itself. */
export function isMoving({ status }: Pick<ExportView, 'status'>): boolean {
  return status === 'queued' || status === 'running';
}

/** Whether it has ended, and what becomes of its mails is still to be heard. */
function isSettling({ status, endedAt, notifications }: ExportView, now: number): boolean {
  if (status !== 'ready' && status !== 'failed') return false;
  if (endedAt !== undefined && now - Date.parse(endedAt) < MAIL_BEGINS_WITHIN_MS) return true;
  return notifications.some(
    ({ state, at }) => (state === 'sending' || state === 'sent') && now - Date.parse(at) < MAIL_TELLS_WITHIN_MS,
  );
}

/**
 * How long until the next look: often while something moves, seldom in a tab nobody sees, when the next file expires
 * if nothing else is to come.
 * @param now the server's time, epoch ms
 * @returns milliseconds; false for never
 */
export function pollInterval(views: readonly ExportView[], now: number, isVisible: boolean): number | false {
  const isAnythingMoving = views.some(isMoving);
  if (isAnythingMoving || views.some((view) => isSettling(view, now))) {
    if (!isVisible) return HIDDEN_POLL_MS;
    return isAnythingMoving ? MOVING_POLL_MS : SETTLING_POLL_MS;
  }
  const expiries = views.flatMap(({ status, expiresAt }) =>
    status === 'ready' && expiresAt !== undefined ? [Date.parse(expiresAt)] : [],
  );
  if (expiries.length === 0) return false;
  return Math.min(LONGEST_POLL_MS, Math.max(SETTLING_POLL_MS, Math.min(...expiries) - now + 1_000));
}
