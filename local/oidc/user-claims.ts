import type { SampleRole, SampleUser } from '../sample-users.ts';

/** What tokens say about a user besides `sub`. */
export interface UserClaims {
  readonly email: string;
  readonly name: string;
  readonly account_id: string;
  /** Counts only where memberships come from claims; see docs/access.md. */
  readonly waybill_role: SampleRole;
}

export function userClaims({ email, name, accountId, role }: SampleUser): UserClaims {
  return { email, name, account_id: accountId, waybill_role: role };
}
