import type { Feedback, FeedbackId } from '../../core/domain/feedback.ts';
import type { FeedbackStore } from '../../core/ports/feedback-store.ts';

/** Feedback in memory; what is said comes and goes with the exports. */
export function memoryFeedback() {
  const feedback = new Map<FeedbackId, Feedback>();
  const newestFirst = (accountId: string) =>
    [...feedback.values()].filter((each) => each.accountId === accountId).sort((a, b) => (a.id < b.id ? 1 : -1));
  const store: FeedbackStore = {
    async list({ accountId, reportId, before, limit }) {
      const found = newestFirst(accountId)
        .filter((each) => reportId === undefined || each.report.id === reportId)
        .filter((each) => before === undefined || each.id < before);
      return { items: found.slice(0, limit), more: found.length > limit };
    },
    by: async (accountId, userId) =>
      newestFirst(accountId)
        .filter(({ by }) => by === userId)
        .reverse(),
    remove: async (_, id) => void feedback.delete(id),
  };
  return {
    store,
    add: (each: Feedback) => void feedback.set(each.id, each),
    remove: (id: FeedbackId) => feedback.delete(id),
  };
}
