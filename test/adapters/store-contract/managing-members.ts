// @module-tag last-owner

import { describe, expect, it } from 'vitest';
import type { Membership, Role } from '../../../core/domain/permissions.ts';
import { create, type OpenStores } from './stores-under-test.ts';

export function memberOf(userId: string, role: Role, accountId = 'acme'): Membership {
  return { accountId, userId, email: `${userId}@acme.test`, name: userId, role };
}

const ada = memberOf('ada', 'admin');
const olga = memberOf('olga', 'owner');
const otto = memberOf('otto', 'owner');

export function managingMembers(open: OpenStores): void {
  describe('memberships', () => {
    it('are found in their account, and only there, as they are now', async () => {
      const { memberships } = await open();
      expect(await memberships.put(ada)).toEqual({ kind: 'done', before: undefined });
      expect(await memberships.find('acme', 'ada')).toEqual(ada);
      expect(await memberships.find('globex', 'ada')).toBeUndefined();
      expect(await memberships.find('acme', 'gus')).toBeUndefined();
      const viewer = { ...ada, name: 'Ada A.', role: 'viewer' } as const;
      expect(await memberships.put(viewer)).toEqual({ kind: 'done', before: ada });
      expect(await memberships.put(viewer)).toEqual({ kind: 'done', before: viewer });
      expect(await memberships.find('acme', 'ada')).toEqual(viewer);
    });

    it('are listed by account, and nothing else of the account with them', async () => {
      const stores = await open();
      const { memberships } = stores;
      await create(stores, 1);
      for (const member of [memberOf('mel', 'member'), ada, olga, otto]) await memberships.put(member);
      await memberships.put(memberOf('ada', 'owner', 'acme2'));
      await memberships.remove('acme', 'otto');
      expect((await memberships.list('acme')).map(({ userId }) => userId)).toEqual(['ada', 'mel', 'olga']);
      expect(await memberships.list('globex')).toEqual([]);
    });

    it('end, once', async () => {
      const { memberships } = await open();
      await memberships.put(ada);
      expect(await memberships.remove('acme', 'ada')).toEqual({ kind: 'done', before: ada });
      expect(await memberships.remove('acme', 'ada')).toEqual({ kind: 'done', before: undefined });
      expect(await memberships.find('acme', 'ada')).toBeUndefined();
    });

    it.each(['auth0|5f7c8ec7', 'a#b%c/d', 'CN=Ada Adams,O=Acme', 'x'.repeat(128)])(
      'take the user ids of any issuer: %s',
      async (userId) => {
        const { memberships } = await open();
        const member = memberOf(userId, 'member');
        await memberships.put(member);
        expect(await memberships.find('acme', userId)).toEqual(member);
        expect(await memberships.list('acme')).toEqual([member]);
        await memberships.remove('acme', userId);
        expect(await memberships.list('acme')).toEqual([]);
      },
    );
  });

  describe('the last owner of an account', () => {
    it('can be neither demoted nor removed, but may be renamed', async () => {
      const { memberships } = await open();
      for (const member of [olga, ada, memberOf('gus', 'owner', 'globex')]) await memberships.put(member);
      expect(await memberships.put({ ...olga, role: 'admin' })).toEqual({ kind: 'last_owner' });
      expect(await memberships.remove('acme', 'olga')).toEqual({ kind: 'last_owner' });
      expect(await memberships.find('acme', 'olga')).toEqual(olga);
      expect(await memberships.put({ ...olga, name: 'Olga O.' })).toMatchObject({ kind: 'done' });
    });

    it('is whoever is left, however often owners come and go', async () => {
      const { memberships } = await open();
      for (const member of [olga, otto]) await memberships.put(member);
      for (const [leaving, staying] of [
        [olga, otto],
        [otto, olga],
        [olga, otto],
      ] as const) {
        expect(await memberships.remove('acme', leaving.userId)).toMatchObject({ kind: 'done' });
        expect(await memberships.put({ ...staying, role: 'viewer' })).toEqual({ kind: 'last_owner' });
        await memberships.put(leaving);
      }
    });

    it('is still there after all owners have demoted each other at once', async () => {
      const { memberships } = await open();
      const owners = Array.from({ length: 5 }, (_, index) => memberOf(`owner-${index}`, 'owner'));
      for (const owner of owners) await memberships.put(owner);
      const changes = await Promise.all(
        owners.map((owner, index) =>
          index % 2 === 0 ? memberships.put({ ...owner, role: 'admin' }) : memberships.remove('acme', owner.userId),
        ),
      );
      expect(changes.filter(({ kind }) => kind === 'last_owner')).toHaveLength(1);
      const left = await memberships.list('acme');
      expect(left.filter(({ role }) => role === 'owner')).toHaveLength(1);
    });

    it('is what another directory says: its word is written as it is', async () => {
      const { memberships } = await open();
      await memberships.put(olga);
      await memberships.record({ ...olga, role: 'viewer' });
      expect(await memberships.find('acme', 'olga')).toMatchObject({ role: 'viewer' });
    });
  });
}
