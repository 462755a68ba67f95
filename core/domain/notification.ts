/**
 * What is known of a mail: `sending` from the moment somebody takes it on, `sent` once the mail service has it; then
 * what the mail service tells of it. `suppressed` and `refused` ones have not gone out.
 */
export const notificationStates = [
  'sending',
  'sent',
  'delayed',
  'delivered',
  'bounced',
  'complained',
  'suppressed',
  'refused',
] as const;

export type NotificationState = (typeof notificationStates)[number];

/** What a mail tells: that the file is there, or why there is none. */
export const notificationKinds = ['ready', 'failed'] as const;

export type NotificationKind = (typeof notificationKinds)[number];

/** One mail about an export's ending to one person. Times are epoch milliseconds. */
export interface Notification {
  /** Random; it comes back with every event about the mail. Another address or another request makes another id. */
  readonly id: string;
  readonly userId: string;
  /** The member's address as it was when the mail was last taken on. */
  readonly email: string;
  readonly kind: NotificationKind;
  readonly state: NotificationState;
  /** Since when it is to be sent. */
  readonly askedAt: number;
  /** When it came to its state; while `sending`, when the last try began. */
  readonly at: number;
  /** 0 while it has only been asked for. */
  readonly tries: number;
  /** The mail service's. */
  readonly messageId?: string;
}

/**
 * How long one try keeps others from sending the same mail, in milliseconds. Whoever has not noted by then what became
 * of it is taken for dead: only a mail that was handed over just before that goes out a second time.
 */
export const SENDING_CLAIM_MS = 60_000;

/** Each try without an outcome doubles the time to the next, up to this: some 30 tries until it is given up. */
const LONGEST_CLAIM_MS = 3_600_000;

/** For how long it is tried to send a mail, in milliseconds. */
export const SENDING_GIVEN_UP_AFTER_MS = 24 * 3_600_000;

/** Until when nobody else may try; in the past when nobody has begun. */
export function claimedUntil({ at, tries }: Notification): number {
  return tries === 0 ? at : at + Math.min(SENDING_CLAIM_MS * 2 ** (tries - 1), LONGEST_CLAIM_MS);
}

/** Whether its last word is that it did not arrive, which sending again may change. */
export function hasMissed({ state }: Notification): boolean {
  return state === 'bounced' || state === 'suppressed' || state === 'refused';
}
