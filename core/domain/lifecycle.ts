export const statuses = ['queued', 'running', 'ready', 'failed', 'cancelled', 'expired'] as const;

export type Status = (typeof statuses)[number];

/**
 * Every transition an export can make. Nothing else may change a status: the store's conditions, the names of the
 * state machine's states and the documentation are derived from this table or tested equal to it.
 */
export const transitions = {
  create: { from: [], to: 'queued' },
  /** A worker claims attempt 1; the export must have been admitted. */
  claim: { from: ['queued'], to: 'running' },
  /** A worker claims attempt n + 1 after the lease of n has lapsed or was given back. */
  reclaim: { from: ['running'], to: 'running' },
  /** The claim is current and the object is complete, with the recorded size and checksum. */
  complete: { from: ['running'], to: 'ready' },
  /** Attempts spent, a non-retryable error, or stuck in the queue. */
  fail: { from: ['queued', 'running'], to: 'failed' },
  cancel: { from: ['queued', 'running'], to: 'cancelled' },
  /** From `expiresAt` on, true for every reader at that instant and made permanent by the sweeper. */
  expire: { from: ['ready'], to: 'expired' },
} as const satisfies Record<string, { from: readonly Status[]; to: Status }>;

export type Transition = keyof typeof transitions;

/** Attempts an export has in all; a Spot stop does not count. */
export const MAX_ATTEMPTS = 3;

/** How long a claim is believed without a heartbeat, in milliseconds. */
export const LEASE_MS = 60_000;

/** How often a worker reports progress and renews its lease, in milliseconds: a write unit a second while it runs. */
export const HEARTBEAT_MS = 1_000;

/** Whether nothing but expiry can happen any more. */
export function isTerminal(status: Status): boolean {
  return status !== 'queued' && status !== 'running';
}

export function mayTransition(transition: Transition, from: Status): boolean {
  return (transitions[transition].from as readonly Status[]).includes(from);
}

/** The status as every reader must see it: a ready export is expired from `expiresAt` on, swept or not. */
export function effectiveStatus(
  record: { readonly status: Status; readonly expiresAt?: number | undefined; readonly erasedAt?: number | undefined },
  now: number,
): Status {
  if (record.erasedAt !== undefined) return 'expired';
  if (record.status === 'ready' && record.expiresAt !== undefined && now >= record.expiresAt) return 'expired';
  return record.status;
}
