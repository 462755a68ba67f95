import { type Membership, takesLastOwner } from '../../core/domain/permissions.ts';
import { avoidedUntil, type UndeliverableAddress } from '../../core/domain/undeliverable-address.ts';
import type { MailAddresses } from '../../core/ports/mail-addresses.ts';
import type { MemberChange, MembershipStore } from '../../core/ports/memberships.ts';

/** Who belongs to which account, in memory. */
export function memoryMemberships(): MembershipStore {
  const members = new Map<string, Membership>();
  const keyOf = (accountId: string, userId: string) => JSON.stringify([accountId, userId]);
  const membersOf = (accountId: string) =>
    [...members.values()]
      .filter((member) => member.accountId === accountId)
      .sort((a, b) => (a.userId < b.userId ? -1 : 1));
  const changeMember = (accountId: string, userId: string, after: Membership | undefined): MemberChange => {
    const key = keyOf(accountId, userId);
    const before = members.get(key);
    if (takesLastOwner(membersOf(accountId), userId, after?.role)) return { kind: 'last_owner' };
    if (after) members.set(key, after);
    else members.delete(key);
    return { kind: 'done', before };
  };

  return {
    find: async (accountId, userId) => members.get(keyOf(accountId, userId)),
    list: async (accountId) => membersOf(accountId),
    put: async (membership) => changeMember(membership.accountId, membership.userId, membership),
    remove: async (accountId, userId) => changeMember(accountId, userId, undefined),
    record: async (membership) => void members.set(keyOf(membership.accountId, membership.userId), membership),
  };
}

/** The addresses that mails do not reach, in memory. */
export function memoryMailAddresses(): MailAddresses {
  const undeliverable = new Map<string, UndeliverableAddress>();
  return {
    async undeliverable(email, now) {
      const known = undeliverable.get(email.toLowerCase());
      return known && now < avoidedUntil(known) ? known : undefined;
    },
    async markUndeliverable(email, why) {
      const known = undeliverable.get(email.toLowerCase());
      if (known === undefined || known.at <= why.at) undeliverable.set(email.toLowerCase(), why);
    },
    forget: async (email) => void undeliverable.delete(email.toLowerCase()),
  };
}
