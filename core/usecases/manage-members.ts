import type { MembershipSource } from '../contract/env.ts';
import type { MemberRequest, MemberView } from '../contract/member-schemas.ts';
import { ProblemError } from '../domain/errors.ts';
import { holds, type Membership } from '../domain/permissions.ts';
import type { MemberChange, MembershipStore } from '../ports/memberships.ts';
import type { Caller } from './caller.ts';

export interface ManageMembersDeps {
  readonly members: MembershipStore;
  /** Where it is decided who is a member. */
  readonly source: MembershipSource;
}

/** Printable ASCII, as issuers write subjects, without spaces at its ends. */
const userIdPattern = /^(?! )[ -~]{1,128}(?<! )$/;

/**
 * Everybody in the caller's account, by user id.
 * @throws ProblemError permission_required
 */
export async function listMembers(
  { members }: Pick<ManageMembersDeps, 'members'>,
  caller: Caller,
): Promise<readonly MemberView[]> {
  requireManager(caller);
  return (await members.list(caller.accountId)).map(viewMember);
}

/**
 * Adds somebody to the caller's account, or changes who they are there.
 * @throws ProblemError permission_required | members_managed_elsewhere | validation_failed | last_owner
 */
export async function putMember(
  deps: ManageMembersDeps,
  caller: Caller,
  userId: string,
  request: MemberRequest,
): Promise<{ readonly before: Membership | undefined; readonly after: Membership }> {
  requireManager(caller);
  requireManagedHere(deps.source);
  requireUserId(userId);
  const after = { accountId: caller.accountId, userId, ...request };
  return { before: beforeOf(await deps.members.put(after), caller), after };
}

/**
 * Ends a membership; of somebody who is no member there is none to end.
 * @returns the membership as it was
 * @throws ProblemError permission_required | members_managed_elsewhere | validation_failed | last_owner
 */
export async function deleteMember(
  deps: ManageMembersDeps,
  caller: Caller,
  userId: string,
): Promise<Membership | undefined> {
  requireManager(caller);
  requireManagedHere(deps.source);
  requireUserId(userId);
  return beforeOf(await deps.members.remove(caller.accountId, userId), caller);
}

export function viewMember({ userId, email, name, role }: Membership): MemberView {
  return { userId, email, name, role };
}

function requireManager(caller: Caller): void {
  if (holds(caller, 'members:manage')) return;
  throw new ProblemError(
    'permission_required',
    `The members of ${caller.accountId} are for its owners to see and to change. Ask one of them.`,
  );
}

function requireManagedHere(source: MembershipSource): void {
  if (source === 'stored') return;
  throw new ProblemError(
    'members_managed_elsewhere',
    'Who is a member, and in which role, comes from the identity provider that people sign in with. Make the change ' +
      'there; it counts from the next token on.',
  );
}

function requireUserId(userId: string): void {
  if (userIdPattern.test(userId)) return;
  throw new ProblemError(
    'validation_failed',
    'The user id in the path must be 1 to 128 printable ASCII characters, percent-encoded: the "sub" claim of the ' +
      "person's tokens.",
  );
}

function beforeOf(change: MemberChange, { accountId }: Caller): Membership | undefined {
  if (change.kind === 'done') return change.before;
  throw new ProblemError(
    'last_owner',
    `This is the only owner of ${accountId}, which needs at least one. Make somebody else an owner first.`,
  );
}
