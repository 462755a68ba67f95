import type { MembershipSource } from '../core/contract/env.ts';
import type { MembershipStore, Memberships } from '../core/ports/memberships.ts';
import { claimedMemberships } from './claims/memberships.ts';

/** Memberships from where the stage says. */
export function membershipsFrom(source: MembershipSource, store: MembershipStore): Memberships {
  return source === 'claims' ? claimedMemberships(store) : storedMemberships(store);
}

/** The record decides; of the caller's token only who they are. */
export function storedMemberships(store: Pick<MembershipStore, 'find' | 'list'>): Memberships {
  return {
    ofCaller: ({ accountId, userId }) => store.find(accountId, userId),
    find: store.find,
    list: store.list,
    noteCaller: async () => {},
  };
}
