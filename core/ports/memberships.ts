import type { Membership } from '../domain/permissions.ts';

/** Who belongs to which account, and as what. Read live at every decision; never cached across requests. */
export interface Memberships {
  find(accountId: string, userId: string): Promise<Membership | undefined>;
}

/** Memberships that Waybill keeps itself. */
export interface MembershipStore extends Memberships {
  /** Adds a member, or changes one. */
  put(membership: Membership): Promise<void>;
  /** Ends a membership; ending one that is not there is success. */
  remove(accountId: string, userId: string): Promise<void>;
}
