import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createStores } from '../adapters/dynamodb/stores.ts';
import type { MemberChange } from '../core/ports/memberships.ts';
import { SAMPLE_USERS, type SampleRole, type SampleUser } from './sample-users.ts';

export interface Members {
  /** Writes the memberships of sample users that are missing. */
  seed(): Promise<void>;
  /** Changes what a user may do in their account; null ends the membership. */
  set(user: SampleUser, role: SampleRole | null): Promise<MemberChange>;
}

/** The sample users' membership records in the table of the template. */
export function createMembers(options: { tableName: string; client: DynamoDBClient }): Members {
  const { memberships } = createStores(options);
  const set: Members['set'] = ({ id: userId, accountId, email, name }, role) =>
    role === null ? memberships.remove(accountId, userId) : memberships.put({ accountId, userId, email, name, role });
  return {
    set,
    async seed() {
      for (const user of SAMPLE_USERS) {
        if ((await memberships.find(user.accountId, user.id)) === undefined) await set(user, user.role);
      }
    },
  };
}
