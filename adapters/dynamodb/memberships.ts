import * as z from 'zod';
import { roles } from '../../core/domain/permissions.ts';
import type { Memberships } from '../../core/ports/memberships.ts';
import { keys } from './keys.ts';
import type { Table } from './table.ts';

const membershipSchema = z.object({
  accountId: z.string(),
  userId: z.string(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
});

/** Memberships in DynamoDB; every look-up is consistent, so a downgrade counts at once. */
export function createMemberships(table: Table): Memberships {
  return {
    async find(accountId, userId) {
      const item = await table.get(keys.membership(accountId, userId));
      return item && membershipSchema.parse(item);
    },
  };
}
