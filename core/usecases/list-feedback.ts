import type { FeedbackListView, ListFeedbackQuery } from '../contract/feedback-schemas.ts';
import { ProblemError } from '../domain/errors.ts';
import { type Feedback, type FeedbackId, type FeedbackKind, feedbackKinds } from '../domain/feedback.ts';
import { holds } from '../domain/permissions.ts';
import type { Clock } from '../ports/clock.ts';
import type { FeedbackStore } from '../ports/feedback-store.ts';
import type { Caller } from './caller.ts';
import { viewFeedback } from './send-feedback.ts';

/** The counts look at this many of the newest. */
const COUNT_WINDOW = 1000;

/** How far the counts go back, in milliseconds: 90 days. */
const COUNTED_MS = 90 * 24 * 3_600_000;

const DEFAULT_LIMIT = 25;

export interface ListFeedbackDeps {
  readonly feedback: FeedbackStore;
  readonly clock: Clock;
}

/**
 * What people have said about the account's exports, newest first, and how often of late.
 * @throws ProblemError permission_required
 */
export async function listFeedback(
  { feedback, clock }: ListFeedbackDeps,
  caller: Caller,
  query: ListFeedbackQuery,
): Promise<FeedbackListView> {
  if (!holds(caller, 'exports:read-all')) {
    throw new ProblemError('permission_required', `What was said about exports is for admins of ${caller.accountId}.`);
  }
  const selected = {
    accountId: caller.accountId,
    ...(query.report !== undefined && { reportId: query.report }),
  };
  const limit = query.limit ?? DEFAULT_LIMIT;
  const newest = await feedback.list({ ...selected, limit: COUNT_WINDOW });
  const from =
    query.cursor === undefined
      ? newest
      : await feedback.list({ ...selected, before: query.cursor as FeedbackId, limit });
  const page = from.items.slice(0, limit);
  const last = page.at(-1);
  const hasMore = from.items.length > limit || from.more;
  const since = clock.now() - COUNTED_MS;
  return {
    data: page.map(viewFeedback),
    counts: countsOf(newest.items.filter(({ at }) => at >= since)),
    countsAreLowerBound: newest.more && (newest.items.at(-1)?.at ?? 0) >= since,
    limit,
    hasMore,
    ...(hasMore && last !== undefined && { nextCursor: last.id }),
  };
}

function countsOf(feedback: readonly Feedback[]): Record<FeedbackKind, number> {
  const counts = Object.fromEntries(feedbackKinds.map((kind) => [kind, 0])) as Record<FeedbackKind, number>;
  for (const { kind } of feedback) counts[kind] += 1;
  return counts;
}
