import { ProblemError } from '../domain/errors.ts';
import type { Recipient } from '../domain/export-record.ts';
import { holds, type Membership, type Permission } from '../domain/permissions.ts';
import type { ValidationIssue } from '../domain/problem.ts';
import { pointerTo } from '../domain/validation.ts';
import type { Memberships } from '../ports/memberships.ts';
import type { Caller } from './caller.ts';

/**
 * The members whom the addresses of a request name, each once and under the address of their membership. Addresses are
 * compared without regard to case. The requester's own adds nobody: whether they are told is a choice of its own.
 * @param permission what reading the export takes
 * @throws ProblemError validation_failed, with a pointer to each address that is no member's, or a member's who may
 * not read the export
 */
export async function recipientsOf(
  memberships: Memberships,
  caller: Caller,
  permission: Permission,
  addresses: readonly string[],
): Promise<readonly Recipient[]> {
  if (addresses.length === 0) return [];
  const others = (await memberships.list(caller.accountId)).filter(({ userId }) => userId !== caller.userId);
  const members = [caller, ...others];
  const issues: ValidationIssue[] = [];
  const recipients = new Map<string, Recipient>();
  for (const [index, address] of addresses.entries()) {
    const reader = readerAt(members, caller.accountId, permission, address);
    if ('refusal' in reader) issues.push({ pointer: pointerTo('notify', index), message: reader.refusal });
    else if (reader.userId !== caller.userId) recipients.set(reader.userId, recipientOf(reader));
  }
  if (issues.length === 0) return [...recipients.values()];
  throw new ProblemError('validation_failed', 'Correct the parts named in errors and send the request again.', {
    issues,
  });
}

/**
 * Those of an earlier export's recipients who may read its copy, under their addresses of now. Whoever has left the
 * account or lost the permission since is left out without a word: they were chosen once and rightly, and the caller,
 * who did not name them in this request, has nothing to correct.
 */
export async function remainingRecipients(
  memberships: Memberships,
  caller: Caller,
  permission: Permission,
  recipients: readonly Recipient[],
): Promise<readonly Recipient[]> {
  if (recipients.length === 0) return [];
  const members = new Map((await memberships.list(caller.accountId)).map((member) => [member.userId, member]));
  return recipients.flatMap(({ userId }) => {
    const member = members.get(userId);
    return member && userId !== caller.userId && holds(member, permission) ? [recipientOf(member)] : [];
  });
}

/** The member of an account whom an address names, if they may read what takes this permission; or why nobody is told there. */
export function readerAt(
  members: readonly Membership[],
  accountId: string,
  permission: Permission,
  address: string,
): Membership | { readonly refusal: string } {
  const named = members.filter(({ email }) => email.toLowerCase() === address.toLowerCase());
  const refusal =
    named.length === 0
      ? `is not the address of a member of ${accountId}; leave it out, or ask an owner of ${accountId} to add them`
      : `belongs to a member who may not read this report; leave it out, or ask an owner of ${accountId} to change their role`;
  return named.find((member) => holds(member, permission)) ?? { refusal };
}

export function recipientOf({ userId, email }: Membership): Recipient {
  return { userId, email };
}
