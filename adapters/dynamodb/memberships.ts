import * as z from 'zod';
import { roles } from '../../core/domain/permissions.ts';
import type { MembershipStore } from '../../core/ports/memberships.ts';
import { repeatable } from './failures.ts';
import { keys, membersOf } from './keys.ts';
import { inPartition, type Table } from './table.ts';

const membershipSchema = z.object({
  accountId: z.string(),
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
});

/** Memberships in DynamoDB; every look-up is consistent, so a downgrade counts at once. */
export function createMembershipStore(table: Table): MembershipStore {
  const find: MembershipStore['find'] = async (accountId, userId) => {
    const item = await table.get(keys.membership(accountId, userId));
    return item && membershipSchema.parse(item);
  };
  return {
    find,
    ofCaller: ({ accountId, userId }) => find(accountId, userId),
    async list(accountId) {
      const { pk, prefix } = membersOf(accountId);
      const range = { expression: 'begins_with(sk, :sk)', sk: prefix };
      return (await table.queryAll({ condition: inPartition(pk, range) })).map((item) => membershipSchema.parse(item));
    },
    put: (membership) => {
      const item = { ...keys.membership(membership.accountId, membership.userId), ...membership };
      return repeatable('put', () => table.transact([table.put(item)]));
    },
    remove: (accountId, userId) =>
      repeatable('remove', () => table.transact([table.remove(keys.membership(accountId, userId))])),
  };
}
