import * as z from 'zod';
import { columnTypes, formats } from '../domain/report.ts';
import { count, instant, limit, plainLine } from './schema-fields.ts';

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
    partFiles: z.boolean().meta({ description: 'Whether a very large export of it may be several files.' }),
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

export type ReportListView = z.output<typeof reportListView>;

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
