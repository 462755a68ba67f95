import type { FeedbackRequest, FeedbackView } from '../contract/feedback-schemas.ts';
import { ProblemError } from '../domain/errors.ts';
import {
  type Feedback,
  type FeedbackOutcome,
  MAX_FEEDBACK_PER_EXPORT,
  MAX_FEEDBACK_PER_PERSON,
} from '../domain/feedback.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { Ids } from '../ports/ids.ts';
import type { Caller } from './caller.ts';
import { readableExport } from './readable-export.ts';

export interface SendFeedbackDeps {
  readonly store: ExportStore;
  readonly clock: Clock;
  readonly ids: Pick<Ids, 'feedbackId'>;
}

/**
 * Takes what a party to an export that has ended finds wrong with it.
 * @throws ProblemError not_found | permission_revoked | not_ready (it has not ended) | file_expired (it was deleted) |
 * too_much_feedback
 */
export async function sendFeedback(
  deps: SendFeedbackDeps,
  caller: Caller,
  exportId: string,
  { kind, text }: FeedbackRequest,
): Promise<FeedbackView> {
  const { record } = await readableExport(deps.store, caller, exportId);
  const ref = { accountId: record.accountId, exportId: record.id };
  const given = {
    id: deps.ids.feedbackId(),
    kind,
    ...(text !== undefined && { text }),
    by: caller.userId,
    at: deps.clock.now(),
  };
  const outcome = await deps.store.addFeedback(ref, given);
  if (outcome !== 'noted') throw refusalOf(outcome, record.id);
  const { report } = record.snapshot;
  return viewFeedback({ ...given, ...ref, report: { id: report.id, title: report.title } });
}

export function viewFeedback({ id, exportId, report, kind, text, by, at }: Feedback): FeedbackView {
  return {
    id,
    exportId,
    report,
    kind,
    ...(text !== undefined && { text }),
    by: { userId: by },
    at: new Date(at).toISOString(),
  };
}

function refusalOf(outcome: Exclude<FeedbackOutcome, 'noted'>, exportId: string): ProblemError {
  const extensions = { exportId };
  switch (outcome) {
    case 'not_ended':
      return new ProblemError('not_ready', 'This export has not ended. Say what is wrong with it when it has.', {
        extensions,
      });
    case 'erased':
      return new ProblemError('file_expired', 'This export was deleted, and what was said about it too.', {
        extensions,
      });
    case 'too_much':
      return new ProblemError(
        'too_much_feedback',
        `An export takes feedback ${MAX_FEEDBACK_PER_PERSON} times from one person, and ${MAX_FEEDBACK_PER_EXPORT} ` +
          'times in all. What was said is with the admins of the account.',
        { extensions },
      );
  }
}
