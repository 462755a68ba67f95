/** For how long mail to an address that bounced for good, or complained, is not tried again: 14 days. */
const AVOIDED_MS = 14 * 24 * 3_600_000;

/** Why no mail is sent to an address, and since when, in epoch milliseconds. */
export interface UndeliverableAddress {
  readonly reason: 'bounced' | 'complained';
  readonly at: number;
}

/** When mail to the address is tried again. */
export function avoidedUntil({ at }: UndeliverableAddress): number {
  return at + AVOIDED_MS;
}
