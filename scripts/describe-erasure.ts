import type { PersonErasure } from '../core/usecases/erase-person.ts';

/** What was done, or would be, and what stays and why: a line each. */
export function describeErasure(
  { membership, erased, forgotten, left, feedback, accessRequests }: PersonErasure,
  { userId, dryRun }: { readonly userId: string; readonly dryRun: boolean },
): readonly string[] {
  if (membership === 'last_owner') {
    return [`Nothing was done: ${userId} is the only owner of the account. Make somebody else an owner first.`];
  }
  const would = dryRun ? ' would be' : '';
  return [
    membership === 'removed' ? `Membership${would} removed.` : 'There is no membership.',
    `Exports${would} erased, with their files: ${listed(erased)}`,
    `Name and address${would} taken out of: ${listed(forgotten)}`,
    `Feedback${would} removed: ${feedback}. Access requests${would} removed: ${accessRequests}.`,
    ...left.map((id) =>
      dryRun
        ? `LEFT ${id} has not ended: it would be cancelled first.`
        : `LEFT ${id} is running: it has been asked to stop. Run this again in a minute.`,
    ),
    `Kept: the user id ${userId} in timelines and records, which says who did what. It names nobody by itself.`,
    'Kept for up to 24 hours: idempotency keys, which hold the user id and the id of an export.',
    'Not searched: what others wrote into notes and feedback, and the rows of files that others have exported.',
  ];
}

function listed(ids: readonly string[]): string {
  return ids.length === 0 ? 'none' : `${ids.length}\n${ids.map((id) => `  ${id}`).join('\n')}`;
}
