import * as z from 'zod';
import { exportIdSchema } from '../domain/export-id.ts';
import { failureCodes } from '../domain/failure.ts';
import { statuses } from '../domain/lifecycle.ts';
import { notificationKinds, notificationStates } from '../domain/notification.ts';
import { compressions, dialects, formats } from '../domain/report.ts';
import { count, emailAddress, instant, limit, locale, plainLine, timeZone } from './schema-fields.ts';

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
    partFiles: z
      .boolean()
      .optional()
      .meta({
        description:
          'Whether a very large export may be delivered as several files, each complete in itself, and a waybill that lists ' +
          'them: csv, tsv, ndjson and parquet only. Default: true for parquet, else false.',
      }),
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
    neutralizeFormulas: z.boolean(),
    partFiles: z.boolean().meta({ description: 'Whether it may be several files, if it is very large.' }),
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
        sha256: z
          .string()
          .meta({ description: "Of several files: that of the waybill's text, which has one for each." }),
        partFiles: z.number().int().positive().optional().meta({
          description: 'How many files it is, if the waybill lists several. The name is then what theirs begin with.',
        }),
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
    notifyRequester: z.boolean(),
    notify: z.array(z.string()).meta({
      description: 'Addresses of the members who are told how it ends, besides the requester.',
    }),
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

export type ExportEventsView = z.output<typeof exportEventsView>;

export type ExportEventView = ExportEventsView['data'][number];
