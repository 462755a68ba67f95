import type { SampleUser } from '../sample-users.ts';

/** What tokens say about a user besides `sub`. */
export interface UserClaims {
  readonly email: string;
  readonly name: string;
  readonly account_id: string;
}

export function userClaims({ email, name, accountId }: SampleUser): UserClaims {
  return { email, name, account_id: accountId };
}
