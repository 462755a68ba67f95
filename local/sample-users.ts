/** What a member may do in an account, from the least to the most. */
export type SampleRole = 'viewer' | 'member' | 'admin' | 'owner';

/** A person of the sample data, who signs in without a password. */
export interface SampleUser {
  /** The token's `sub`. */
  readonly id: string;
  /** What `POST /local/token` calls them. */
  readonly userName: string;
  readonly name: string;
  readonly email: string;
  readonly accountId: string;
  /** The role at the start; the membership record decides from then on. */
  readonly role: SampleRole;
}

export const SAMPLE_USERS: readonly SampleUser[] = [
  sampleUser('olga', 'Olga Owens', 'acme', 'owner'),
  sampleUser('ada', 'Ada Adams', 'acme', 'admin'),
  sampleUser('mel', 'Mel Meyer', 'acme', 'member'),
  sampleUser('val', 'Val Vega', 'acme', 'viewer'),
  sampleUser('gus', 'Gus Green', 'globex', 'owner'),
];

/** @throws Error when there is no sample user of this user name */
export function sampleUserNamed(userName: string): SampleUser {
  const user = findSampleUser(userName);
  if (user === undefined) throw new Error(`There is no sample user ${userName}`);
  return user;
}

/** Finds a sample user by user name. */
export function findSampleUser(userName: string): SampleUser | undefined {
  return SAMPLE_USERS.find((user) => user.userName === userName);
}

function sampleUser(userName: string, name: string, accountId: string, role: SampleRole): SampleUser {
  return { id: `usr_${userName}`, userName, name, email: `${userName}@${accountId}.example`, accountId, role };
}
