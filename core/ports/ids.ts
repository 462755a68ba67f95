import type { ExportId } from '../domain/export-id.ts';
import type { FeedbackId } from '../domain/feedback.ts';

export interface Ids {
  /** A new `exp_<uuidv7>`; later ones sort after earlier ones. */
  exportId(): ExportId;
  /** A new `fbk_<uuidv7>`; later ones sort after earlier ones. */
  feedbackId(): FeedbackId;
  /** A random token that nobody else can guess or repeat. */
  claim(): string;
  /** A random id of a notification: letters, digits, `_` and `-`. */
  notificationId(): string;
}
