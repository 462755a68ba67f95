import * as z from 'zod';
import { exportIdSchema } from '../domain/export-id.ts';
import { feedbackIdSchema, feedbackKinds } from '../domain/feedback.ts';
import { count, instant, limit, plainLine } from './schema-fields.ts';

/** POST /v1/exports/{exportId}/feedback. */
export const feedbackRequest = z
  .strictObject({
    kind: z.enum(feedbackKinds),
    text: plainLine
      .trim()
      .min(1)
      .max(2000)
      .optional()
      .meta({ description: 'One paragraph for the admins of the account. Needed when kind is other.' }),
  })
  .refine(({ kind, text }) => kind !== 'other' || text !== undefined, {
    path: ['text'],
    error: 'say what it is about when kind is other',
  })
  .meta({ id: 'FeedbackRequest' });

export type FeedbackRequest = z.output<typeof feedbackRequest>;

/** Query of GET /v1/feedback. Values arrive as text. */
export const listFeedbackQuery = z.strictObject({
  limit: limit.optional(),
  cursor: feedbackIdSchema.optional(),
  report: z.string().max(64).optional(),
});

export type ListFeedbackQuery = z.output<typeof listFeedbackQuery>;

export const feedbackView = z
  .object({
    id: feedbackIdSchema,
    exportId: exportIdSchema,
    report: z.object({ id: z.string(), title: z.string() }),
    kind: z.enum(feedbackKinds),
    text: z.string().optional(),
    by: z.object({ userId: z.string() }),
    at: instant,
  })
  .meta({ id: 'Feedback' });

export type FeedbackView = z.output<typeof feedbackView>;

export const feedbackListView = z
  .object({
    data: z.array(feedbackView),
    counts: z.record(z.enum(feedbackKinds), count).meta({ description: 'Of the last 90 days.' }),
    countsAreLowerBound: z.boolean().meta({ description: 'There was more than the newest 1,000, which are counted.' }),
    limit: count,
    hasMore: z.boolean(),
    nextCursor: feedbackIdSchema.optional(),
  })
  .meta({ id: 'FeedbackList' });

export type FeedbackListView = z.output<typeof feedbackListView>;
