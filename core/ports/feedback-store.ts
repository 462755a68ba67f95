import type { Feedback, FeedbackId } from '../domain/feedback.ts';

export interface FeedbackQuery {
  readonly accountId: string;
  /** Only about exports of this report. */
  readonly reportId?: string;
  /** Only what is older than this. */
  readonly before?: FeedbackId;
  readonly limit: number;
}

/** What people have said about the exports of an account; written with the export, by ExportStore.addFeedback. */
export interface FeedbackStore {
  /** Newest first, consistent. `more` when older ones match too. */
  list(query: FeedbackQuery): Promise<{ readonly items: readonly Feedback[]; readonly more: boolean }>;
  /** All that one person has said, consistent. */
  by(accountId: string, userId: string): Promise<readonly Feedback[]>;
  /** Removing what is not there is success. */
  remove(accountId: string, id: FeedbackId): Promise<void>;
}
