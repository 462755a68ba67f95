import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { addressesOf, isNamed } from '../domain/forget-person.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import type { AccessRequestStore } from '../ports/access-request-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Actor, ExportStore } from '../ports/export-store.ts';
import type { FeedbackStore } from '../ports/feedback-store.ts';
import type { FileStore } from '../ports/file-store.ts';
import type { MailAddresses } from '../ports/mail-addresses.ts';
import type { MembershipStore } from '../ports/memberships.ts';
import { eraseWithFiles } from './delete-export.ts';

export interface ErasePersonDeps {
  readonly store: ExportStore;
  readonly files: Pick<FileStore, 'contents' | 'remove'>;
  readonly members: MembershipStore;
  readonly feedback: FeedbackStore;
  readonly accessRequests: AccessRequestStore;
  readonly mailAddresses: MailAddresses;
  readonly clock: Clock;
}

export interface Person {
  readonly accountId: string;
  readonly userId: string;
}

/** What was done, or in a dry run would be. */
export interface PersonErasure {
  /** `last_owner`: nothing was done, because the account needs another owner first. */
  readonly membership: 'removed' | 'none' | 'last_owner';
  /** Their own exports, with file, manifest and request. */
  readonly erased: readonly ExportId[];
  /** Exports out of which their name or address was taken. */
  readonly forgotten: readonly ExportId[];
  /** Their own exports that still run: asked to stop, and to be erased by the next call. */
  readonly left: readonly ExportId[];
  readonly feedback: number;
  readonly accessRequests: number;
}

/**
 * Removes the traces of a person in an account, but for their opaque user id in timelines and records. Their membership
 * goes first, so that nothing new comes while the rest goes; each step may be repeated, and a second call finds what a
 * first one that died has left. Exports are read from the table itself, which no index can be behind of.
 */
export async function erasePerson(
  deps: ErasePersonDeps,
  { accountId, userId }: Person,
  { dryRun }: { readonly dryRun: boolean },
): Promise<PersonErasure> {
  const member = await deps.members.find(accountId, userId);
  const report = { erased: [] as ExportId[], forgotten: [] as ExportId[], left: [] as ExportId[] };
  if (member && !dryRun) {
    // While the address is still known.
    await deps.mailAddresses.forget(member.email);
    const { kind } = await deps.members.remove(accountId, userId);
    if (kind === 'last_owner') return { membership: 'last_owner', ...report, feedback: 0, accessRequests: 0 };
  }

  for await (const record of deps.store.everyOf(accountId)) {
    const ref = { accountId, exportId: record.id };
    const isOwn = record.requestedBy.userId === userId;
    if (isOwn) {
      // Also what is erased already: whoever erased it may have died before its files were gone.
      const gone = dryRun ? isTerminal(record.status) : await eraseOwn(deps, ref, record);
      if (record.erasedAt === undefined) report[gone ? 'erased' : 'left'].push(record.id);
      if (!gone) continue;
    }
    if (!isNamed(record, userId)) continue;
    if (!dryRun) await forget(deps, ref, record, userId);
    report.forgotten.push(record.id);
  }

  const said = await deps.feedback.by(accountId, userId);
  const asked = await deps.accessRequests.by(accountId, userId);
  if (!dryRun) {
    for (const { id } of said) await deps.feedback.remove(accountId, id);
    for (const request of asked) await deps.accessRequests.remove(request);
    await deps.store.removeEmptyActiveSet({ accountId, userId });
  }
  return { membership: member ? 'removed' : 'none', ...report, feedback: said.length, accessRequests: asked.length };
}

/**
 * Ends what has not ended, if no worker is at it, and erases it. The sweeper lets the execution go.
 * @returns false when a worker is at it, which has been asked to stop
 */
async function eraseOwn(deps: ErasePersonDeps, ref: ExportRef, record: ExportRecord): Promise<boolean> {
  const actor = actorOf(deps);
  if (!isTerminal(record.status)) {
    const ended = await deps.store.end(ref, { to: 'cancelled' }, { kind: 'no_live_lease', now: actor.at }, actor);
    if (ended.kind === 'refused') await deps.store.requestCancel(ref, actor);
  }
  return (await eraseWithFiles(deps, ref, actor)) !== undefined;
}

async function forget(deps: ErasePersonDeps, ref: ExportRef, record: ExportRecord, userId: string): Promise<void> {
  for (const address of new Set(addressesOf(record, userId))) await deps.mailAddresses.forget(address);
  await deps.store.forgetPerson(ref, userId, actorOf(deps));
}

function actorOf({ clock }: ErasePersonDeps): Actor {
  return { by: 'system', at: clock.now() };
}
