// @module-tag memberships-from-claims

import { describe, expect, test } from 'vitest';
import { claimedMemberships } from '../../adapters/claims/memberships.ts';
import { storedMemberships } from '../../adapters/memberships.ts';
import type { Membership } from '../../core/domain/permissions.ts';
import type { Identity, MembershipStore, Memberships } from '../../core/ports/memberships.ts';
import { createMemoryStores } from '../support/memory-stores.ts';
import { memberOf } from './store-contract/managing-members.ts';

const ada = memberOf('ada', 'admin');
const olga = memberOf('olga', 'owner');

function identityOf({ accountId, userId }: Membership, claims: Identity['claims'] = {}): Identity {
  return { accountId, userId, claims: { sub: userId, account_id: accountId, ...claims } };
}

function claimsOf({ email, name, role }: Membership): Identity['claims'] {
  return { email, name, waybill_role: role };
}

interface Directory {
  readonly store: MembershipStore;
  readonly memberships: Memberships;
  /** Makes somebody what `member` says. @returns whom their next token names */
  enter(member: Membership): Promise<Identity>;
  /** Ends a membership. @returns whom their next token names */
  leave(member: Membership): Promise<Identity>;
}

function storedDirectory(): Directory {
  const store = createMemoryStores().memberships;
  return {
    store,
    memberships: storedMemberships(store),
    async enter(member) {
      await store.put(member);
      return identityOf(member);
    },
    async leave(member) {
      await store.remove(member.accountId, member.userId);
      return identityOf(member);
    },
  };
}

function claimedDirectory(): Directory {
  const store = createMemoryStores().memberships;
  return {
    store,
    memberships: claimedMemberships(store),
    enter: async (member) => identityOf(member, claimsOf(member)),
    leave: async ({ accountId, userId, email, name }) =>
      identityOf(memberOf(userId, 'viewer', accountId), { email, name }),
  };
}

describe.each([
  ['records', storedDirectory],
  ['claims', claimedDirectory],
])('memberships from %s', (_, open) => {
  test('tell what the caller is now, in their account', async () => {
    const { memberships, enter } = open();
    expect(await memberships.ofCaller(await enter(ada))).toEqual(ada);
    const viewer = { ...ada, role: 'viewer' } as const;
    expect(await memberships.ofCaller(await enter(viewer))).toEqual(viewer);
    const elsewhere = { ...ada, accountId: 'globex' };
    expect(await memberships.ofCaller(await enter(elsewhere))).toEqual(elsewhere);
  });

  test('know nothing of those who are no members, or no longer', async () => {
    const { memberships, enter, leave } = open();
    expect(await memberships.ofCaller(await leave(ada))).toBeUndefined();
    await memberships.ofCaller(await enter(ada));
    expect(await memberships.ofCaller(await leave(ada))).toBeUndefined();
    expect(await memberships.find('acme', 'nobody')).toBeUndefined();
    expect(await memberships.list('acme')).toEqual([]);
  });

  test('find and list whoever has called, as they were then', async () => {
    const { memberships, enter } = open();
    for (const member of [olga, ada, { ...ada, accountId: 'globex' }, { ...ada, role: 'member' } as const]) {
      const caller = await memberships.ofCaller(await enter(member));
      if (caller) await memberships.noteCaller(caller);
    }
    const demoted = { ...ada, role: 'member' };
    expect(await memberships.find('acme', 'ada')).toEqual(demoted);
    expect(await memberships.list('acme')).toEqual([demoted, olga]);
    expect(await memberships.list('globex')).toEqual([{ ...ada, accountId: 'globex' }]);
  });
});

describe('memberships from records', () => {
  test('take nothing from claims', async () => {
    const { store, memberships } = storedDirectory();
    const claims = claimsOf({ ...ada, role: 'owner', name: 'Eve' });
    expect(await memberships.ofCaller(identityOf(ada, claims))).toBeUndefined();
    await store.put(ada);
    expect(await memberships.ofCaller(identityOf(ada, claims))).toEqual(ada);
  });
});

describe('memberships from claims', () => {
  test.each([
    ['no role', { waybill_role: undefined }],
    ['an unknown role', { waybill_role: 'king' }],
    ['a role of another case', { waybill_role: 'Owner' }],
    ['several roles', { waybill_role: ['owner'] }],
    ['no address', { email: undefined }],
    ['an empty name', { name: '' }],
  ])('are none with %s, whatever was known of them before', async (_, claims) => {
    const { store, memberships } = claimedDirectory();
    await store.put(olga);
    expect(await memberships.ofCaller(identityOf(olga, { ...claimsOf(olga), ...claims }))).toBeUndefined();
  });

  test('take nothing from records: a demotion counts from the next token on', async () => {
    const { store, memberships } = claimedDirectory();
    await store.put(olga);
    const viewer = { ...olga, role: 'viewer' } as const;
    expect(await memberships.ofCaller(identityOf(olga, claimsOf(viewer)))).toEqual(viewer);
    await memberships.noteCaller(viewer);
    expect(await memberships.find('acme', 'olga')).toEqual(viewer);
  });

  test('are written down only when they differ from what is known', async () => {
    const { store } = claimedDirectory();
    const written: Membership[] = [];
    const memberships = claimedMemberships({
      ...store,
      record: async (member) => {
        written.push(member);
        await store.record(member);
      },
    });
    const renamed = { ...ada, name: 'Ada Adams' };
    for (const caller of [ada, ada, renamed, renamed]) await memberships.noteCaller(caller);
    expect(written).toEqual([ada, renamed]);
  });
});
