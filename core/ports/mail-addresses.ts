import type { UndeliverableAddress } from '../domain/undeliverable-address.ts';

/** Which addresses mail is not sent to. They are compared without regard to case, and are the same for all accounts. */
export interface MailAddresses {
  /** Why no mail is sent to the address now; undefined when it is. */
  undeliverable(email: string, now: number): Promise<UndeliverableAddress | undefined>;
  /** Notes that an address bounced for good or complained; an older word does not replace a newer one. */
  markUndeliverable(email: string, why: UndeliverableAddress): Promise<void>;
  /** Forgets whatever was noted of an address; it may be used again. */
  forget(email: string): Promise<void>;
}
