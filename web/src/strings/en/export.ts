import type { ExportView } from '../../../../core/contract/export-schemas.ts';
import type { FeedbackKind } from '../../../../core/domain/feedback.ts';
import { formatCount } from '../../format/numbers.ts';

const statuses: Readonly<Record<ExportView['status'], string>> = {
  queued: 'Queued',
  running: 'Running',
  ready: 'Ready',
  failed: 'Failed',
  expired: 'Expired',
  cancelled: 'Cancelled',
};

const feedbackKinds: Readonly<Record<FeedbackKind, string>> = {
  missing_columns: 'Columns are missing',
  stale_filters: 'The filters gave the wrong rows',
  other: 'Something else',
};

const one = new Intl.PluralRules('en');

function rows(count: number): string {
  return one.select(count) === 'one' ? `${formatCount(count)} row` : `${formatCount(count)} rows`;
}

export const exportStrings = {
  statuses,
  rows,
  inFiles: (size: string, partFiles: number) => `${size} in ${formatCount(partFiles)} files`,
  starting: 'A worker is starting',
  nextInQueue: 'Next in the queue',
  queuePosition: (position: number) => `Number ${formatCount(position)} in the queue`,
  waiting: 'Waiting for its turn',
  preparing: 'Reading the data',
  progress: 'Progress',
  rowsOf: (written: number, total: number, isExact: boolean) =>
    isExact ? `${formatCount(written)} of ${rows(total)}` : `${formatCount(written)} of about ${rows(total)}`,
  timeLeft: (duration: string) => `${duration} left`,
  expires: (when: string) => `Expires ${when}`,
  cancelRequested: 'Cancellation requested: it may still complete.',
  takingLonger: 'This is taking longer than usual. It is being looked into.',

  download: 'Download',
  retry: 'Retry',
  rerun: 'Run again',
  cancel: 'Cancel',
  narrow: 'Narrow and run again',
  change: 'Change and run again',
  resend: 'Send the mail again',
  feedback: 'Something wrong?',
  remove: 'Delete',
  moreActions: (title: string) => `More actions for ${title}`,
  actionOn: (action: string, title: string) => `${action}: ${title}`,

  exportsPaused: 'New reports are paused for the moment. Nothing is lost; try again later.',
  downloadsPaused: 'Downloads are paused for the moment. The files stay where they are; try again later.',
  unreachable: 'The server could not be reached. Check your connection and try again.',
  notDone: 'That did not work',
  queuedAgain: (title: string) => `${title} is queued again`,
  tooLateToCancel: 'Too late to cancel',

  erased: 'Deleted, with what was asked for',
  retryOf: 'Retry of an earlier export',
  retriedBy: 'Retried by a newer export',
  rerunOf: 'Repeats an earlier export',

  mailBounced: (email: string) => `The mail to ${email} came back`,
  mailComplained: (email: string) => `${email} reported our mail as spam`,
  correctAddress: 'Correct the address',

  cancelDialog: {
    title: 'Cancel this export?',
    body: (title: string) => `${title} is being written. What is there so far is thrown away.`,
    confirm: 'Cancel the export',
    keep: 'Let it run',
  },
  deleteDialog: {
    title: 'Delete this export?',
    body: (title: string) =>
      `The file of ${title}, its waybill and what was asked for are erased, for everybody. This cannot be undone.`,
    confirm: 'Delete',
    done: (title: string) => `${title} was deleted`,
  },
  resendDialog: {
    title: 'Send the mail again',
    body: 'Leave the address empty to write to everybody whose mail did not arrive.',
    bodyFor: (email: string) => `The mail to ${email} did not arrive. Which address should have it?`,
    email: 'Address of a member',
    confirm: 'Send',
    done: 'The mail is on its way',
  },
  feedbackDialog: {
    title: 'Something wrong?',
    body: (title: string) => `What is wrong with ${title}? The admins of the account will read it.`,
    kind: 'What is it about?',
    text: 'In your words',
    textOptional: 'In your words (optional)',
    confirm: 'Send',
    done: 'Thank you. The admins of the account can read it now.',
  },
  feedbackKinds,

  summary: {
    from: (day: string) => `from ${day}`,
    until: (day: string) => `until ${day}`,
    range: (from: string, to: string) => `${from} – ${to}`,
    part: (title: string, value: string) => `${title}: ${value}`,
    andMore: (shown: string, more: number) => `${shown} +${formatCount(more)}`,
    yes: 'yes',
    columns: (count: number) => (one.select(count) === 'one' ? '1 column' : `${formatCount(count)} columns`),
  },
};
