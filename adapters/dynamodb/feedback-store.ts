import * as z from 'zod';
import { type ExportId, exportIdSchema } from '../../core/domain/export-id.ts';
import { type Feedback, type FeedbackId, feedbackIdSchema, feedbackKinds } from '../../core/domain/feedback.ts';
import type { FeedbackQuery, FeedbackStore } from '../../core/ports/feedback-store.ts';
import { repeatable } from './failures.ts';
import { feedbackOf, keys, rowTtl } from './keys.ts';
import { type Item, inPartition, type Table } from './table.ts';

const feedbackSchema = z.object({
  id: feedbackIdSchema.transform((id) => id as FeedbackId),
  accountId: z.string(),
  exportId: exportIdSchema.transform((id) => id as ExportId),
  report: z.object({ id: z.string(), title: z.string() }),
  kind: z.enum(feedbackKinds),
  text: z.exactOptional(z.string()),
  by: z.string(),
  at: z.number(),
});

/** Feedback in DynamoDB: a partition for each account, by time. */
export function createFeedbackStore(table: Table): FeedbackStore {
  return {
    list: (query) => listFeedback(table, query),
    async by(accountId, userId) {
      const items = await table.queryAll({ condition: inPartition(feedbackOf(accountId)) });
      return items.map((item) => feedbackSchema.parse(item)).filter(({ by }) => by === userId);
    },
    remove: (accountId, id) =>
      repeatable('removeFeedback', () => table.transact([table.remove(keys.feedback(accountId, id))])),
  };
}

/** @returns the item of a feedback, with its key */
export function feedbackItem(feedback: Feedback): Item {
  return { ...keys.feedback(feedback.accountId, feedback.id), ...feedback, ttl: rowTtl(feedback.at) };
}

async function listFeedback(
  table: Table,
  { accountId, reportId, before, limit }: FeedbackQuery,
): ReturnType<FeedbackStore['list']> {
  const range = before === undefined ? undefined : { expression: 'sk < :sk', sk: before };
  const items: Feedback[] = [];
  const selection = {
    condition: inPartition(feedbackOf(accountId), range),
    forward: false,
    // One more than asked for tells whether there are more; with a filter nobody knows how many that takes.
    ...(reportId === undefined ? { limit: limit + 1 } : {}),
  };
  for await (const item of table.query(selection)) {
    const feedback = feedbackSchema.parse(item);
    if (reportId !== undefined && feedback.report.id !== reportId) continue;
    if (items.length === limit) return { items, more: true };
    items.push(feedback);
  }
  return { items, more: false };
}
