// @module-tag addresses

import { describe, expect, test } from 'vitest';
import { memberRequest } from '../../../core/contract/member-schemas.ts';
import { validationIssues } from '../../../core/domain/validation.ts';
import { deleteMember, listMembers, putMember } from '../../../core/usecases/manage-members.ts';
import { caller } from '../../support/memory-deployment.ts';
import { createMemoryStores } from '../../support/memory-stores.ts';
import { problemOf } from '../../support/problems.ts';

const olga = caller('olga', 'owner');
const mel = caller('mel', 'member');
const request = { email: 'nia@acme.test', name: 'Nia', role: 'member' } as const;

async function depsWith(source: 'stored' | 'claims' = 'stored') {
  const { memberships: members } = createMemoryStores();
  for (const member of [olga, mel, caller('gus', 'owner', 'globex')]) await members.put(member);
  return { members, source };
}

describe('an owner', () => {
  test('sees everybody in the account, and nobody else', async () => {
    expect(await listMembers(await depsWith(), olga)).toEqual([
      { userId: 'mel', email: 'mel@acme.test', name: 'mel', role: 'member' },
      { userId: 'olga', email: 'olga@acme.test', name: 'olga', role: 'owner' },
    ]);
  });

  test('adds and changes members of their own account', async () => {
    const deps = await depsWith();
    const nia = { accountId: 'acme', userId: 'auth0|nia', ...request };
    expect(await putMember(deps, olga, 'auth0|nia', request)).toEqual({ before: undefined, after: nia });
    const admin = { ...nia, role: 'admin' };
    expect(await putMember(deps, olga, 'auth0|nia', { ...request, role: 'admin' })).toEqual({
      before: nia,
      after: admin,
    });
    expect(await deps.members.find('acme', 'auth0|nia')).toEqual(admin);
    expect((await deps.members.list('globex')).map(({ userId }) => userId)).toEqual(['gus']);
  });

  test('ends memberships; of somebody who is no member there is none to end', async () => {
    const deps = await depsWith();
    expect(await deleteMember(deps, olga, 'mel')).toEqual(mel);
    expect(await deleteMember(deps, olga, 'mel')).toBeUndefined();
    expect(await deleteMember(deps, olga, 'gus')).toBeUndefined();
    expect(await deps.members.find('globex', 'gus')).toBeDefined();
  });

  test('who is the only one stays one, until there is another', async () => {
    const deps = await depsWith();
    const viewer = { email: olga.email, name: olga.name, role: 'viewer' } as const;
    for (const leave of [() => putMember(deps, olga, 'olga', viewer), () => deleteMember(deps, olga, 'olga')]) {
      const problem = await problemOf(leave());
      expect(problem.code).toBe('last_owner');
      expect(problem.message).toContain('somebody else an owner first');
    }
    await putMember(deps, olga, 'mel', { email: mel.email, name: mel.name, role: 'owner' });
    await putMember(deps, olga, 'olga', viewer);
  });

  test.each(['', ' nia', 'nia ', 'x'.repeat(129), 'nia\n', 'niä', 'a\u0000b'])(
    'is told what a user id looks like: %j',
    async (userId) => {
      const deps = await depsWith();
      expect((await problemOf(putMember(deps, olga, userId, request))).code).toBe('validation_failed');
      expect((await problemOf(deleteMember(deps, olga, userId))).code).toBe('validation_failed');
    },
  );
});

describe.each(['viewer', 'member', 'admin'] as const)('a %s', (role) => {
  test('neither sees nor changes members', async () => {
    const deps = await depsWith();
    const someone = caller('ada', role);
    for (const attempt of [
      listMembers(deps, someone),
      putMember(deps, someone, 'ada', { ...request, role: 'owner' }),
      deleteMember(deps, someone, 'mel'),
      putMember({ ...deps, source: 'claims' }, someone, '', request),
    ]) {
      expect((await problemOf(attempt)).code).toBe('permission_required');
    }
    expect(await deps.members.find('acme', 'ada')).toBeUndefined();
    expect(await deps.members.find('acme', 'mel')).toEqual(mel);
  });
});

describe('where members are managed elsewhere', () => {
  test('an owner sees them, and is told where to change them', async () => {
    const deps = await depsWith('claims');
    expect(await listMembers(deps, olga)).toHaveLength(2);
    for (const attempt of [putMember(deps, olga, 'nia', request), deleteMember(deps, olga, 'mel')]) {
      const problem = await problemOf(attempt);
      expect(problem.code).toBe('members_managed_elsewhere');
      expect(problem.message).toContain('identity provider');
    }
    expect(await deps.members.list('acme')).toHaveLength(2);
  });
});

describe('the description of a member', () => {
  const issuesOf = (change: object) => {
    const { error } = memberRequest.safeParse({ ...request, ...change });
    return error ? validationIssues(error) : [];
  };

  test.each(['ada@example.com', "o'neil+x@mail.example.co", 'ada@xn--mnchen-3ya.de'])(
    'takes the address %s',
    (email) => {
      expect(issuesOf({ email })).toEqual([]);
    },
  );

  test.each(['adä@example.com', 'ada@münchen.de', 'ada＠example.com'])(
    'tells that mail cannot be sent to %s',
    (email) => {
      expect(issuesOf({ email })).toEqual([{ pointer: '/email', message: expect.stringContaining('ASCII') }]);
    },
  );

  test.each(['ada', 'ada@', 'a@b.c\r\nBcc: all@example.com', 'Ada <ada@example.com>', `${'x'.repeat(250)}@b.de`, 7])(
    'refuses %j as an address',
    (email) => {
      expect(issuesOf({ email }).map(({ pointer }) => pointer)).toEqual(['/email']);
    },
  );

  test.each([
    [{ name: '  ' }, '/name'],
    [{ name: 'Ada\r\nAdams' }, '/name'],
    [{ name: 'x'.repeat(201) }, '/name'],
    [{ role: 'king' }, '/role'],
    [{ accountId: 'globex' }, '/accountId'],
    [{ userId: 'gus' }, '/userId'],
  ])('refuses %j', (change, pointer) => {
    expect(issuesOf(change).map((issue) => issue.pointer)).toEqual([pointer]);
  });
});
