import * as z from 'zod';
import { exportIdSchema } from './export-id.ts';
import { compressions, dialects, formats } from './report.ts';

/** The media type of the manifest. */
export const WAYBILL_SCHEMA_VERSION = 1;

const count = z.number().int().nonnegative();
const time = z.iso.datetime();

/**
 * The manifest beside every finished file: what was asked, by whom, at which database snapshot, and how many rows and
 * bytes with which SHA-256, so that anyone can check that a copy of the file is complete.
 */
export const waybillSchema = z.strictObject({
  schemaVersion: z.literal(WAYBILL_SCHEMA_VERSION),
  exportId: exportIdSchema,
  accountId: z.string(),
  report: z.strictObject({ id: z.string(), version: count, title: z.string() }),
  requestedBy: z.strictObject({ userId: z.string() }),
  filters: z.record(z.string(), z.json()),
  columns: z.array(z.strictObject({ name: z.string(), header: z.string(), type: z.string() })),
  format: z.enum(formats),
  compression: z.enum(compressions),
  dialect: z.enum(dialects),
  locale: z.string(),
  timeZone: z.string(),
  neutralizeFormulas: z.boolean(),
  /** The point in time all rows were read at. */
  snapshot: z.strictObject({ takenAt: time, databaseSnapshotId: z.string().optional() }),
  file: z.strictObject({
    name: z.string(),
    bytes: count,
    rows: count,
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    crc32: z.string().optional(),
    parts: count,
  }),
  attempt: z.number().int().positive(),
  timings: z.strictObject({ createdAt: time, startedAt: time, finishedAt: time }),
  expiresAt: time,
});

export type Waybill = z.output<typeof waybillSchema>;
