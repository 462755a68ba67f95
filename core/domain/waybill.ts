import * as z from 'zod';
import { exportIdSchema } from './export-id.ts';
import { compressions, dialects, formats } from './report.ts';

const count = z.number().int().nonnegative();
const time = z.iso.datetime();

/** What was asked, by whom, and when it was read: the same in every version. */
const request = {
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
};

/** How it was made: the same in every version. */
const run = {
  attempt: z.number().int().positive(),
  timings: z.strictObject({ createdAt: time, startedAt: time, finishedAt: time }),
  expiresAt: time,
};

/** What can be checked of one object. */
const contents = { sha256: z.string().regex(/^[0-9a-f]{64}$/), crc32: z.string().optional(), parts: count };

const oneFileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  ...request,
  file: z.strictObject({ name: z.string(), bytes: count, rows: count, ...contents }),
  ...run,
});

const partFilesSchema = z.strictObject({
  schemaVersion: z.literal(2),
  ...request,
  /** All part files together. */
  file: z.strictObject({ name: z.string(), bytes: count, rows: count }),
  /** In file order; each is complete in itself. The key is where the bucket has it. */
  files: z.array(z.strictObject({ name: z.string(), key: z.string(), bytes: count, rows: count, ...contents })).min(1),
  ...run,
});

/**
 * The manifest beside every finished file: what was asked, by whom, at which database snapshot, and how many rows and
 * bytes with which SHA-256, so that anyone can check that a copy of the file is complete. Version 1 is of one file,
 * version 2 of several part files.
 */
export const waybillSchema = z.discriminatedUnion('schemaVersion', [oneFileSchema, partFilesSchema]);

export type Waybill = z.output<typeof waybillSchema>;
export type OneFileWaybill = z.output<typeof oneFileSchema>;
export type PartFilesWaybill = z.output<typeof partFilesSchema>;
