import type { Membership } from '../domain/permissions.ts';

/** Whom a verified token names, and everything it claims. */
export interface Identity {
  readonly accountId: string;
  readonly userId: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Who belongs to which account, and as what. Read live at every decision; never cached across requests. */
export interface Memberships {
  /** What the caller may do now; undefined when they are not a member. */
  ofCaller(identity: Identity): Promise<Membership | undefined>;
  /** A member who is not calling, such as the requester when the file is ready. */
  find(accountId: string, userId: string): Promise<Membership | undefined>;
  /** Every member of the account, by user id. */
  list(accountId: string): Promise<readonly Membership[]>;
}

/** Memberships that Waybill keeps itself. */
export interface MembershipStore extends Memberships {
  /** Adds a member, or changes one. */
  put(membership: Membership): Promise<void>;
  /** Ends a membership; ending one that is not there is success. */
  remove(accountId: string, userId: string): Promise<void>;
}
