import * as z from 'zod';
import { routes } from '../domain/export-record.ts';
import { count } from './schema-fields.ts';

/** What may be said of a file before it is produced. */
const estimateWarnings = [
  'no_rows',
  'several_sheets',
  'several_files',
  'too_many_rows',
  'text_too_long',
  'digits_lost',
  'preview_timed_out',
] as const;

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
