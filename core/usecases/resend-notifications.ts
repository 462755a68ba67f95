import { ProblemError } from '../domain/errors.ts';
import type { ExportRecord, Recipient } from '../domain/export-record.ts';
import { effectiveStatus } from '../domain/lifecycle.ts';
import { hasMissed } from '../domain/notification.ts';
import { holds, type Membership } from '../domain/permissions.ts';
import type { ValidationIssue } from '../domain/problem.ts';
import { avoidedUntil } from '../domain/undeliverable-address.ts';
import type { Memberships } from '../ports/memberships.ts';
import { type AnnounceDeps, announceExport } from './announce-export.ts';
import type { Caller } from './caller.ts';
import { readableExport } from './readable-export.ts';
import { readyFile } from './ready-file.ts';
import { readerAt, recipientOf } from './recipients.ts';

/** The most people who may be told of one export besides its requester: those of the request, and some more. */
const MAX_RECIPIENTS = 20;

export interface ResendDeps extends AnnounceDeps {
  readonly memberships: Pick<Memberships, 'find' | 'list'>;
  /** Told why a mail that was asked for did not go out at once; the sweeper will send it. */
  readonly onUnsent: (cause: unknown) => void;
}

/**
 * Tells again how an export ended: the member of this address, who becomes a recipient of the export, or else everybody
 * whose mail did not arrive, and whoever had none.
 * @throws ProblemError not_found | permission_revoked | permission_required | not_ready | file_expired |
 * validation_failed (nobody may be told at this address, or nobody is left to be told)
 */
export async function resendNotifications(
  deps: ResendDeps,
  caller: Caller,
  exportId: string,
  email: string | undefined,
): Promise<ExportRecord> {
  const { record } = await readableExport(deps.store, caller, exportId);
  if (record.requestedBy.userId !== caller.userId && !holds(caller, 'exports:read-all')) {
    throw new ProblemError('permission_required', 'Only the requester or an admin may have its mails sent again.');
  }
  requireNews(record, deps.clock.now());
  const people = await (email === undefined ? missedPeople(deps, record) : [await memberAt(deps, record, email)]);
  const reachable = await withoutUndeliverable(deps, people);
  requireRoom(record, reachable);
  const ref = { accountId: record.accountId, exportId: record.id };
  await deps.store.askForMails(ref, reachable, () => deps.ids.notificationId(), {
    by: caller.userId,
    at: deps.clock.now(),
  });
  try {
    await announceExport(deps, ref);
  } catch (error) {
    deps.onUnsent(error);
  }
  return (await deps.store.get(ref)) ?? record;
}

/** @throws ProblemError not_ready | file_expired, as a download would */
function requireNews(record: ExportRecord, now: number): void {
  if (effectiveStatus(record, now) !== 'failed') readyFile(record, now);
}

/** @throws ProblemError validation_failed */
async function memberAt(deps: ResendDeps, record: ExportRecord, email: string): Promise<Recipient> {
  const members = await deps.memberships.list(record.accountId);
  const reader = readerAt(members, record.accountId, record.snapshot.report.permission, email);
  if ('refusal' in reader) throw refused([{ pointer: '/email', message: reader.refusal }]);
  return recipientOf(reader);
}

/**
 * Recipients, under their addresses of now, whose last mail did not arrive, or who had none.
 * @throws ProblemError validation_failed when there are none
 */
async function missedPeople({ memberships }: ResendDeps, record: ExportRecord): Promise<readonly Recipient[]> {
  const { requestedBy, notifyRequester, notify, notifications = [] } = record;
  const reached = new Set(notifications.filter((each) => !hasMissed(each)).map(({ userId }) => userId));
  const wanted = [...(notifyRequester ? [requestedBy] : []), ...notify, ...notifications].map(({ userId }) => userId);
  const missed = [...new Set(wanted)].filter((userId) => !reached.has(userId));
  const members = await Promise.all(missed.map((userId) => memberships.find(record.accountId, userId)));
  const readers = members.filter((member): member is Membership => {
    return member !== undefined && holds(member, record.snapshot.report.permission);
  });
  if (readers.length > 0) return readers.map(recipientOf);
  const message = 'name one: everybody who is to be told has a mail already, or may not read the export any more';
  throw refused([{ pointer: '/email', message }]);
}

/** @throws ProblemError validation_failed when nobody is left */
async function withoutUndeliverable(deps: ResendDeps, people: readonly Recipient[]): Promise<readonly Recipient[]> {
  const now = deps.clock.now();
  const issues: ValidationIssue[] = [];
  const reachable: Recipient[] = [];
  for (const person of people) {
    const why = await deps.mailAddresses.undeliverable(person.email, now);
    if (why === undefined) reachable.push(person);
    else {
      const cause = why.reason === 'bounced' ? 'mail to it bounced' : 'its owner reported our mail as spam';
      const message = `${person.email}: ${cause} on ${dateOf(why.at)}; have an owner correct the member's address, or wait until ${dateOf(avoidedUntil(why))}`;
      issues.push({ pointer: '/email', message });
    }
  }
  if (reachable.length === 0) throw refused(issues);
  return reachable;
}

/** @throws ProblemError validation_failed */
function requireRoom(record: ExportRecord, people: readonly Recipient[]): void {
  const known = new Set([record.requestedBy.userId, ...record.notify.map(({ userId }) => userId)]);
  const added = people.filter(({ userId }) => !known.has(userId)).length;
  if (added === 0 || record.notify.length + added <= MAX_RECIPIENTS) return;
  const message = `cannot be added: this export has ${MAX_RECIPIENTS} recipients, the most there may be`;
  throw refused([{ pointer: '/email', message }]);
}

function refused(issues: readonly ValidationIssue[]): ProblemError {
  return new ProblemError('validation_failed', 'No mail was sent. Correct the parts named in errors.', { issues });
}

function dateOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
