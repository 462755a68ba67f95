import * as z from 'zod';
import { exportIdSchema } from '../domain/export-id.ts';
import { routes } from '../domain/export-record.ts';
import { failureCodes } from '../domain/failure.ts';
import { feedbackIdSchema, feedbackKinds } from '../domain/feedback.ts';
import { statuses } from '../domain/lifecycle.ts';
import { notificationKinds, notificationStates } from '../domain/notification.ts';
import { permissions, roles } from '../domain/permissions.ts';
import { problems } from '../domain/problem.ts';
import { columnTypes, compressions, dialects, formats } from '../domain/report.ts';
import { rolloutFlags } from '../domain/rollout-flags.ts';

/** The most characters a body may have; larger ones are refused before they are parsed. */
export const MAX_BODY_CHARACTERS = 65_536;

/** How many. */
export const count = z.number().int().nonnegative();
export const instant = z.iso.datetime().meta({ description: 'An instant in UTC, ISO 8601.' });

const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin')
  .meta({ description: 'IANA time zone in which dates are understood and timestamps are written.' });

const locale = z.string().max(35).refine(isLocale, 'must be a language tag such as de-DE').meta({
  description:
    'BCP 47 language tag. Where its decimal mark is a comma, the excel dialect writes decimal commas and separates with semicolons, as Excel expects there.',
});

/** Whether `tag` is well formed and the runtime knows its conventions. */
function isLocale(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length === 1;
  } catch {
    return false;
  }
}

/** Whether the runtime knows `name` as an IANA zone; bare offsets such as +02:00 are not zones. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Letters that would start a new header or hide text have no place in one line of free text. */
export const plainLine = z.string().regex(/^[^\p{Cc}]*$/u, 'must not contain control characters');

/** What mail can be sent to. @see https://docs.aws.amazon.com/ses/latest/APIReference/API_Destination.html */
const emailAddress = z
  .email({
    error: ({ input }) =>
      typeof input === 'string' && /[^\x20-\x7e]/.test(input)
        ? 'must be in ASCII characters: mail cannot be sent to other addresses (a domain can be given as xn--...)'
        : 'must be an e-mail address such as ada@example.com',
  })
  .max(254);

/** POST /v1/exports. */
export const exportRequest = z
  .strictObject({
    report: z.string().min(1).max(64).meta({ description: 'Id of a report in the catalog.', example: 'orders' }),
    format: z.enum(formats).default('csv'),
    filters: z.record(z.string(), z.unknown()).default({}).meta({ description: "As the report's own schema says." }),
    columns: z
      .array(z.string().max(64))
      .min(1, 'name at least one column, or leave columns out')
      .max(200)
      .optional()
      .meta({ description: "Columns of the file, in this order. Default: the report's own set." }),
    compression: z.enum(compressions).default('none'),
    dialect: z.enum(dialects).default('rfc4180'),
    locale: locale.default('en'),
    timeZone: timeZone.default('UTC'),
    neutralizeFormulas: z
      .boolean()
      .default(true)
      .meta({ description: 'Put an apostrophe before text that a spreadsheet would run as a formula.' }),
    notifyRequester: z.boolean().default(true),
    notify: z.array(emailAddress).max(10).default([]).meta({
      description: 'Addresses of members who may read this report: they are told how it ended, and may download it.',
    }),
    note: plainLine.max(500).optional(),
  })
  .meta({ id: 'ExportRequest' });

export type ExportRequest = z.output<typeof exportRequest>;

/** POST /v1/exports/{exportId}/notifications. */
export const notificationRequest = z
  .strictObject({
    email: z.email().max(254).optional().meta({
      description:
        'Of a member who may read the report. Default: everybody whose mail did not arrive, or who had none.',
    }),
  })
  .meta({ id: 'NotificationRequest' });

/** How many at once, in a query. */
const limit = z
  .string()
  .regex(/^([1-9]|[1-9]\d|100)$/, 'must be a whole number from 1 to 100')
  .transform(Number);

/** Query of GET /v1/exports. Values arrive as text. */
export const listExportsQuery = z.strictObject({
  limit: limit.optional(),
  page: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be a whole number from 1 to 999')
    .transform(Number)
    .optional(),
  cursor: exportIdSchema.optional(),
  sort: z.enum(['createdAt', '-createdAt', 'status', '-status', 'report', '-report']).optional(),
  status: z.enum(statuses).optional(),
  report: z.string().max(64).optional(),
  scope: z.string().max(200).optional(),
  mine: z.enum(['true', 'false']).optional(),
});

export type ListExportsQuery = z.output<typeof listExportsQuery>;

/** Query of GET /v1/reports/{reportId}/filters/{filter}/choices. Values arrive as text. */
export const listChoicesQuery = z.strictObject({
  search: plainLine.max(200).optional().meta({ description: 'Text that is in the label, in any case, or the value.' }),
  limit: limit.optional().meta({ description: 'From 1 to 100. Default: 50.' }),
  filters: z
    .string()
    .max(8_192)
    .transform(jsonObject)
    .optional()
    .meta({ description: 'JSON of the other filters, as far as they are filled in: choices may depend on them.' }),
});

export type ListChoicesQuery = z.output<typeof listChoicesQuery>;

function jsonObject(text: string, { addIssue }: z.RefinementCtx): Readonly<Record<string, unknown>> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch {
    addIssue('must be a JSON object');
    return z.NEVER;
  }
}

export const exportView = z
  .object({
    id: exportIdSchema,
    object: z.literal('export'),
    report: z.object({ id: z.string(), title: z.string(), version: count }),
    filters: z.record(z.string(), z.json()),
    columns: z.array(z.string()),
    format: z.enum(formats),
    compression: z.enum(compressions),
    dialect: z.enum(dialects),
    locale: z.string(),
    timeZone: z.string(),
    scope: z.object({ filter: z.string(), value: z.json() }).optional(),
    status: z.enum(statuses),
    phase: z.enum(['starting']).optional().meta({ description: 'Its turn has come; a worker is being started.' }),
    attempt: count,
    queuePosition: z.number().int().positive().optional(),
    takingLonger: z.boolean(),
    cancelRequested: z.boolean(),
    progress: z
      .object({
        rowsWritten: count,
        rowsTotal: count.optional(),
        rowsTotalExact: z.boolean().optional(),
        percent: z.number().min(0).max(100).optional(),
        bytesWritten: count,
        etaSeconds: count.optional(),
        updatedAt: instant,
      })
      .optional(),
    file: z
      .object({
        name: z.string(),
        bytes: count,
        rows: count,
        sha256: z.string(),
        downloadUrl: z.string().meta({ description: 'Path of this API; it redirects to the file.' }),
        waybillUrl: z.string(),
        downloadCount: count,
        lastDownloadedAt: instant.optional(),
      })
      .optional(),
    failure: z
      .object({
        code: z.enum(failureCodes as [string, ...string[]]),
        message: z.string(),
        retryable: z.boolean(),
        narrowerFilters: z.boolean(),
      })
      .optional(),
    notifications: z
      .array(
        z.object({
          email: z.string(),
          state: z.enum(notificationStates),
          kind: z.enum(notificationKinds),
          at: instant,
        }),
      )
      .meta({ description: 'The last mail to each person who was told how it ended.' }),
    retryOf: exportIdSchema.optional(),
    retriedBy: exportIdSchema.optional(),
    rerunOf: exportIdSchema.optional(),
    requestedBy: z.object({ userId: z.string(), email: z.string(), name: z.string() }),
    note: z.string().optional(),
    createdAt: instant,
    updatedAt: instant,
    startedAt: instant.optional(),
    readyAt: instant.optional(),
    endedAt: instant.optional(),
    expiresAt: instant.optional(),
  })
  .meta({ id: 'Export' });

export type ExportView = z.output<typeof exportView>;

/** What may be said of a file before it is produced. */
const estimateWarnings = [
  'no_rows',
  'several_sheets',
  'too_many_rows',
  'text_too_long',
  'digits_lost',
  'preview_timed_out',
] as const;

/** POST /v1/downloads. */
export const openLinkRequest = z
  .strictObject({ token: z.string().meta({ description: 'What follows /download/ in the link of a mail.' }) })
  .meta({ id: 'OpenLinkRequest' });

/** Where the file is, for a minute. */
const download = {
  url: z.string().meta({ description: 'Good until expiresAt, for this file under its name. Range requests work.' }),
  expiresAt: instant,
  fileName: z.string(),
  bytes: count,
  sha256: z.string(),
};

export const downloadView = z.object(download).meta({ id: 'Download' });

export type DownloadView = z.output<typeof downloadView>;

export const openedLinkView = z
  .object({ ...download, exportId: exportIdSchema, reportTitle: z.string() })
  .meta({ id: 'OpenedLink' });

export const estimateView = z
  .object({
    rows: count.meta({ description: 'Counted up to 10,001, estimated by the database above.' }),
    exact: z.boolean(),
    route: z.enum(routes).meta({ description: 'Where the file would be produced.' }),
    columns: z.array(z.object({ name: z.string(), header: z.string() })),
    preview: z
      .array(z.array(z.string().nullable()))
      .meta({ description: 'The first 20 rows as they would be written; long cells end with an ellipsis.' }),
    warnings: z.array(z.object({ code: z.enum(estimateWarnings), message: z.string(), column: z.string().optional() })),
  })
  .meta({ id: 'Estimate' });

export type EstimateView = z.output<typeof estimateView>;

export const exportListView = z
  .object({
    data: z.array(exportView),
    page: count.optional(),
    limit: count,
    total: count,
    totalIsLowerBound: z.boolean(),
    hasMore: z.boolean(),
    nextCursor: exportIdSchema.optional(),
  })
  .meta({ id: 'ExportList' });

export type ExportListView = z.output<typeof exportListView>;

export const exportEventsView = z
  .object({
    data: z.array(
      z.object({
        version: count,
        type: z.string(),
        at: instant,
        by: z.string(),
        details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      }),
    ),
  })
  .meta({ id: 'ExportEvents' });

export const reportView = z
  .object({
    id: z.string(),
    object: z.literal('report'),
    version: count,
    title: z.string(),
    description: z.string(),
    group: z.string(),
    formats: z.array(z.enum(formats)),
    columns: z.array(
      z.object({
        name: z.string(),
        header: z.string(),
        type: z.enum(columnTypes),
        description: z.string().optional(),
        byDefault: z.boolean(),
      }),
    ),
    columnsDependOnFilters: z.boolean(),
    filters: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of the filters.' }),
    scope: z.string().optional(),
    choices: z.array(z.string()).meta({
      description: 'Filters whose values are the account’s own things, which .../filters/{filter}/choices lists.',
    }),
    maxFileBytes: count,
    retentionDays: count,
  })
  .meta({ id: 'Report' });

export type ReportView = z.output<typeof reportView>;

export const choiceListView = z
  .object({ data: z.array(z.object({ value: z.string(), label: z.string() })), hasMore: z.boolean() })
  .meta({ id: 'ChoiceList' });

export type ChoiceListView = z.output<typeof choiceListView>;

export const reportListView = z.object({ data: z.array(reportView) }).meta({ id: 'ReportList' });

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

/** POST /v1/reports/{reportId}/access-requests. */
export const accessRequestBody = z
  .strictObject({
    reason: plainLine.trim().min(1).max(500).optional().meta({ description: 'One line for those who decide.' }),
  })
  .meta({ id: 'AccessRequestBody' });

export type AccessRequestBody = z.output<typeof accessRequestBody>;

export const accessRequestView = z
  .object({
    report: z.object({ id: z.string(), title: z.string() }),
    requestedAt: instant.meta({ description: 'When it was asked for first; for 24 hours nobody is told again.' }),
    asked: count.meta({ description: 'How many owners and admins are told.' }),
  })
  .meta({ id: 'AccessRequest' });

export type AccessRequestView = z.output<typeof accessRequestView>;

/** PUT /v1/members/{userId}. */
export const memberRequest = z
  .strictObject({ email: emailAddress, name: plainLine.trim().min(1).max(200), role: z.enum(roles) })
  .meta({ id: 'MemberRequest' });

export type MemberRequest = z.output<typeof memberRequest>;

export const memberView = z
  .object({ userId: z.string(), email: z.string(), name: z.string(), role: z.enum(roles) })
  .meta({ id: 'Member' });

export type MemberView = z.output<typeof memberView>;

export const memberListView = z.object({ data: z.array(memberView) }).meta({ id: 'MemberList' });

export type MemberListView = z.output<typeof memberListView>;

export const meView = z
  .object({
    user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
    account: z.object({ id: z.string() }),
    role: z.enum(roles),
    permissions: z.array(z.enum(permissions)),
    rollout: rolloutFlags,
  })
  .meta({ id: 'Me' });

export type MeView = z.output<typeof meView>;

export const problemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(problems) as [string, ...string[]]),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
    retryAfterSeconds: count.optional(),
    exportId: z.string().optional(),
    reportTitle: z.string().optional(),
    expiredAt: z.string().optional(),
    fileAvailable: z.boolean().optional(),
  })
  .meta({ id: 'Problem' });

export type ProblemView = z.output<typeof problemView>;
