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
  /** Tells what {@link ofCaller} has just answered, for `find` and `list` where nothing else tells them of a member. */
  noteCaller(caller: Membership): Promise<void>;
}

/** What became of a change to an account's members. */
export type MemberChange =
  | { readonly kind: 'done'; readonly before: Membership | undefined }
  /** Refused: nobody would be left who may manage the account's members. */
  | { readonly kind: 'last_owner' };

/** The membership records. */
export interface MembershipStore extends Pick<Memberships, 'find' | 'list'> {
  /** Adds a member, or changes one. */
  put(membership: Membership): Promise<MemberChange>;
  /** Ends a membership; ending one that is not there is success. */
  remove(accountId: string, userId: string): Promise<MemberChange>;
  /** Writes a membership as another directory holds it, even if it makes the last owner something else. */
  record(membership: Membership): Promise<void>;
}
