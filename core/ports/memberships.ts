import type { Membership } from '../domain/permissions.ts';

/** Who belongs to which account, and as what. Read live at every decision; never cached across requests. */
export interface Memberships {
  find(accountId: string, userId: string): Promise<Membership | undefined>;
}
