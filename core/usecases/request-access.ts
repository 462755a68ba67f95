import type { AccessRequestBody, AccessRequestView } from '../contract/report-schemas.ts';
import { type AccessRequest, peopleLeft, peopleToAsk } from '../domain/access-request.ts';
import type { Catalog } from '../domain/catalog.ts';
import { ProblemError } from '../domain/errors.ts';
import { accessRequestMail } from '../domain/mail/access-request-mail.ts';
import { holds, type Membership } from '../domain/permissions.ts';
import type { Report } from '../domain/report.ts';
import type { AccessRequestStore } from '../ports/access-request-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { MailAddresses } from '../ports/mail-addresses.ts';
import { type Mailer, MailRefusedError } from '../ports/mailer.ts';
import type { Memberships } from '../ports/memberships.ts';
import { type Caller, existingReport } from './caller.ts';

/** When somebody else may take up what was begun. */
const RETRY_SECONDS = 60;

export interface RequestAccessDeps {
  readonly catalog: Catalog;
  readonly accessRequests: AccessRequestStore;
  readonly memberships: Pick<Memberships, 'list'>;
  readonly mailAddresses: Pick<MailAddresses, 'undeliverable'>;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'claim'>;
  /** Where the report center answers. */
  readonly webUrl: string;
}

/**
 * Asks the account's owners and admins for a report that the caller may not use, once a day for each report. Who is to
 * be told is written before the first mail; the same request again tells whoever was not told yet, and nobody twice but
 * for a mail whose outcome was lost.
 * @throws ProblemError not_found | already_permitted | unavailable (somebody could not be told; the request may be repeated)
 */
export async function requestAccess(
  deps: RequestAccessDeps,
  caller: Caller,
  reportId: string,
  { reason }: AccessRequestBody,
): Promise<AccessRequestView> {
  const report = existingReport(deps.catalog, reportId);
  if (holds(caller, report.permission)) {
    throw new ProblemError('already_permitted', `You may use the report "${report.title}" already.`, {
      extensions: { reportTitle: report.title },
    });
  }
  const now = deps.clock.now();
  const members = await deps.memberships.list(caller.accountId);
  const request = await deps.accessRequests.open({
    accountId: caller.accountId,
    userId: caller.userId,
    reportId: report.id,
    ...(reason !== undefined && { reason }),
    requestedAt: now,
    people: peopleToAsk(members, caller).map(({ userId }) => ({ userId, state: 'pending', at: now })),
  });
  for (const { userId } of peopleLeft(request, now)) {
    const reader = members.find((member) => member.userId === userId);
    await tell(deps, caller, report, request, userId, reader);
  }
  return {
    report: { id: report.id, title: report.title },
    requestedAt: new Date(request.requestedAt).toISOString(),
    asked: request.people.length,
  };
}

/** @throws ProblemError unavailable */
async function tell(
  { accessRequests, mailAddresses, mailer, clock, ids, webUrl }: RequestAccessDeps,
  caller: Caller,
  report: Report,
  request: AccessRequest,
  userId: string,
  reader: Membership | undefined,
): Promise<void> {
  const claim = ids.claim();
  if (!(await accessRequests.beginTelling(request, userId, { claim, now: clock.now() }))) return;
  const note = (state: 'told' | 'passed_over') =>
    accessRequests.noteTold(request, userId, { claim, state, now: clock.now() });
  // They have left since the request was opened, or mail does not reach them.
  if (reader === undefined || (await mailAddresses.undeliverable(reader.email, clock.now())))
    return note('passed_over');
  const mail = accessRequestMail({
    accountId: caller.accountId,
    reportTitle: report.title,
    requesterName: caller.name,
    requesterEmail: caller.email,
    reason: request.reason,
    recipientName: reader.name,
    mayDecide: holds(reader, 'members:manage'),
    link: `${webUrl}/members`,
  });
  try {
    await mailer.send({ ...mail, to: reader.email, tags: { purpose: 'access-request' } });
  } catch (cause) {
    if (cause instanceof MailRefusedError) return note('passed_over');
    throw new ProblemError(
      'unavailable',
      'Your request is noted, but not everybody could be told yet. Send it again in a minute.',
      { extensions: { retryAfterSeconds: RETRY_SECONDS }, cause },
    );
  }
  await note('told');
}
