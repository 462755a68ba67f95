import * as z from 'zod';
import { isSameMembership, roles } from '../../core/domain/permissions.ts';
import type { MembershipStore, Memberships } from '../../core/ports/memberships.ts';

/** What a token says of a member besides `sub` and `account_id`. */
const memberClaims = z.object({
  email: z.string().min(1),
  name: z.string().min(1),
  waybill_role: z.enum(roles),
});

/**
 * The caller's own token decides, and nothing else: without a role that there is, an address and a name, nobody is a
 * member, whatever was known of them before. Of those who are not calling, the store holds what their tokens said last.
 */
export function claimedMemberships(lastSeen: Pick<MembershipStore, 'find' | 'list' | 'record'>): Memberships {
  return {
    async ofCaller({ accountId, userId, claims }) {
      const { success, data } = memberClaims.safeParse(claims);
      return success ? { accountId, userId, email: data.email, name: data.name, role: data.waybill_role } : undefined;
    },
    find: lastSeen.find,
    list: lastSeen.list,
    async noteCaller(caller) {
      const known = await lastSeen.find(caller.accountId, caller.userId);
      if (known === undefined || !isSameMembership(known, caller)) await lastSeen.record(caller);
    },
  };
}
