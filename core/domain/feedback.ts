import * as z from 'zod';
import { type Decision, type ExportState, stepOf } from './change.ts';
import type { ExportId } from './export-id.ts';
import { isTerminal } from './lifecycle.ts';

export const feedbackKinds = ['missing_columns', 'stale_filters', 'other'] as const;

export type FeedbackKind = (typeof feedbackKinds)[number];

export type FeedbackId = `fbk_${string}`;

/** `fbk_` and a UUIDv7 (RFC 9562): ids sort by time, to the millisecond. */
export const feedbackIdSchema = z.string().regex(/^fbk_[0-9a-f-]{36}$/, 'must be an id of feedback such as fbk_0190…');

/** What somebody found wrong with an export: for those who look after the account's reports. */
export interface Feedback {
  readonly id: FeedbackId;
  readonly accountId: string;
  readonly exportId: ExportId;
  readonly report: { readonly id: string; readonly title: string };
  readonly kind: FeedbackKind;
  readonly text?: string;
  /** A user id. */
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What an export remembers of its feedback. */
export type FeedbackRef = Pick<Feedback, 'id' | 'by'>;

/** How often one person may say something about one export. */
export const MAX_FEEDBACK_PER_PERSON = 5;

/** About one export, by everybody together: all of it is erased in one transaction, which holds a hundred items. */
export const MAX_FEEDBACK_PER_EXPORT = 50;

export type FeedbackOutcome = 'noted' | 'not_ended' | 'erased' | 'too_much';

/** Takes feedback about an export that has ended; the timeline gets its kind, not its words. */
export function noteFeedback(
  state: ExportState | undefined,
  { text, ...about }: Pick<Feedback, 'id' | 'kind' | 'text' | 'by' | 'at'>,
): Decision<FeedbackOutcome> {
  const record = state?.record;
  if (!record || !isTerminal(record.status)) return { outcome: 'not_ended' };
  if (record.erasedAt !== undefined) return { outcome: 'erased' };
  const { id, kind, by, at } = about;
  const given = record.feedback ?? [];
  const own = given.filter((each) => each.by === by);
  if (own.length >= MAX_FEEDBACK_PER_PERSON || given.length >= MAX_FEEDBACK_PER_EXPORT) return { outcome: 'too_much' };
  const { report } = record.snapshot;
  const feedback: Feedback = {
    ...about,
    accountId: record.accountId,
    exportId: record.id,
    report: { id: report.id, title: report.title },
    ...(text !== undefined && { text }),
  };
  const event = { type: 'feedback', details: { kind } };
  const step = stepOf(record, { feedback: [...given, { id, by }] }, event, { by, at });
  return { outcome: 'noted', change: { ...step, adds: feedback } };
}
