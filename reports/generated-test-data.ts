import * as z from 'zod';
import { defineReport } from '../core/domain/report.ts';
import { columnOf, ROW_COLUMN, testDataSchema } from './test-data/fields.ts';

const MAX_ROWS = 1_000_000;
const MAX_SEED = 0xffff_ffff;

const filters = z.object({
  schema: testDataSchema.meta({
    title: 'Fields',
    description: 'The columns of the file, in its order; the number of the row comes first.',
  }),
  seed: z
    .int()
    .min(0)
    .max(MAX_SEED)
    .meta({ title: 'Seed', description: 'The same fields, seed and number of rows give the same rows every time.' }),
  rows: z.int().min(1).max(MAX_ROWS).meta({ title: 'Rows', description: 'How many the file has.' }),
  promptContext: z
    .string()
    .max(2_000)
    .optional()
    .meta({ title: 'Context', description: 'What the data is for. Kept with the request, not part of the file.' }),
});

/** Rows that are made up to a schema, for tests and demonstrations. */
export const generatedTestData = defineReport<typeof filters, string>({
  id: 'generated-test-data',
  version: 1,
  title: 'Generated test data',
  description: 'Made-up rows with the fields you name; the same ones every time for the same seed.',
  group: 'Test data',
  permission: 'reports:test-data',
  filters,
  columns: ({ schema }) => ({
    [ROW_COLUMN]: { header: ROW_COLUMN, type: 'integer' },
    ...Object.fromEntries(schema.map((field) => [field.name, columnOf(field)])),
  }),
  key: [ROW_COLUMN],
  formats: ['csv', 'tsv', 'json', 'ndjson', 'xlsx', 'parquet'],
  maxFileBytes: 5_000_000_000,
  source: {
    kind: 'rows',
    count: ({ rows }) => rows,
    async *rows(request, { timeZone }) {
      // Half a megabyte of names and words, which only those who write a file need.
      const { testDataRows } = await import('./test-data/rows.ts');
      yield* testDataRows(request, timeZone);
    },
  },
});
