import { createStores } from '../adapters/dynamodb/stores.ts';
import { SAMPLE_USERS, type SampleRole, type SampleUser } from './sample-users.ts';

export interface Members {
  /** Writes the sample users' memberships that are missing. */
  seed(): Promise<void>;
  /** Changes what a user may do in their account; null ends the membership. */
  set(user: SampleUser, role: SampleRole | null): Promise<void>;
}
