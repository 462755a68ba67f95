import * as z from 'zod';
import { isSameMembership, type Membership, roles, takesLastOwner } from '../../core/domain/permissions.ts';
import type { MemberChange, MembershipStore } from '../../core/ports/memberships.ts';
import { ownersLostIs, roleIs } from './conditions.ts';
import { repeatable, type Settled, settle, tryWrite } from './failures.ts';
import { keys, membersOf } from './keys.ts';
import { type Item, inPartition, type Table, type TransactItem } from './table.ts';

const membershipSchema = z.object({
  accountId: z.string(),
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
});

const ownersSchema = z.object({ lost: z.number().optional() });

/** Memberships in DynamoDB; every look-up is consistent, so a downgrade counts at once. */
export function createMembershipStore(table: Table): MembershipStore {
  return {
    async find(accountId, userId) {
      const item = await table.get(keys.membership(accountId, userId));
      return item && membershipSchema.parse(item);
    },
    list: (accountId) => listMembers(table, accountId),
    put: (membership) => changeMember(table, membership.accountId, membership.userId, membership),
    remove: (accountId, userId) => changeMember(table, accountId, userId, undefined),
    record: (membership) => repeatable('record', () => table.transact([table.put(itemOf(membership))])),
  };
}

async function listMembers(table: Table, accountId: string): Promise<readonly Membership[]> {
  const { pk, prefix } = membersOf(accountId);
  const range = { expression: 'begins_with(sk, :sk)', sk: prefix };
  return (await table.queryAll({ condition: inPartition(pk, range) })).map((item) => membershipSchema.parse(item));
}

/**
 * Changes one member, unless that would take the account's last owner. Whatever takes an owner also counts the account's
 * lost owners up, and holds only if none was lost since they were counted: of two owners who take each other's role at
 * once, one is refused. The count is read before the members, so that a loss in between is not overlooked; an account
 * that has lost none has no count. A new owner in the meantime does no harm.
 */
function changeMember(
  table: Table,
  accountId: string,
  userId: string,
  after: Membership | undefined,
): Promise<MemberChange> {
  const key = keys.membership(accountId, userId);
  let unsure: { readonly before: Membership | undefined } | undefined;
  return settle('changeMember', async (): Promise<Settled<MemberChange>> => {
    const { lost } = ownersSchema.parse((await table.get(keys.owners(accountId))) ?? {});
    const item = await table.get(key);
    const before = item && membershipSchema.parse(item);
    if (isAsWanted(before, after)) {
      // After a lost reply it may be our own write that made it so.
      return { value: { kind: 'done', before: unsure ? unsure.before : before } };
    }
    const losesOwner = before?.role === 'owner' && after?.role !== 'owner';
    if (losesOwner && takesLastOwner(await listMembers(table, accountId), userId, after?.role)) {
      return { value: { kind: 'last_owner' } };
    }
    const unchanged = roleIs(before?.role);
    const change = after ? table.put(itemOf(after), unchanged) : table.remove(key, unchanged);
    const items = losesOwner ? [change, ownerLoss(table, accountId, lost)] : [change];
    const result = await tryWrite(() => table.transact(items));
    if (result === 'unknown') unsure ??= { before };
    return result === 'applied' ? { value: { kind: 'done', before } } : undefined;
  });
}

function ownerLoss(table: Table, accountId: string, lost: number | undefined): TransactItem {
  return table.change(keys.owners(accountId), { set: { lost: (lost ?? 0) + 1 } }, ownersLostIs(lost));
}

function isAsWanted(before: Membership | undefined, after: Membership | undefined): boolean {
  return before && after ? isSameMembership(before, after) : before === after;
}

function itemOf(membership: Membership): Item {
  return { ...keys.membership(membership.accountId, membership.userId), ...membership };
}
