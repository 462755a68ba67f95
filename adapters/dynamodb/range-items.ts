import * as z from 'zod';
import { type ExportId, exportIdSchema } from '../../core/domain/export-id.ts';
import { type FailureCode, failureCodes } from '../../core/domain/failure.ts';
import type { PartRange } from '../../core/domain/part-range.ts';
import type { Handover, RangePlan } from '../../core/ports/range-store.ts';
import { keys } from './keys.ts';
import type { Item } from './table.ts';

/** How long plans and ranges are kept that nobody has removed, in seconds: a week, which no execution outlives. */
const LIFETIME_SECONDS = 7 * 24 * 60 * 60;

const text = z.string();
const count = z.number().int().nonnegative();

const keyRange = z.strictObject({ from: z.exactOptional(text), to: z.exactOptional(text) });

const planSchema = z.object({
  exportId: exportIdSchema.transform((id) => id as ExportId),
  attempt: count,
  claim: text,
  snapshotName: text,
  snapshot: z.object({ id: z.exactOptional(text), takenAt: count }),
  key: text,
  uploadId: text,
  partFiles: z.exactOptional(z.boolean()),
  slices: z.array(keyRange),
  createdAt: count,
  closed: z.exactOptional(z.boolean()),
});

/** Kept as JSON text: a list of a thousand maps would take three times the room. */
const storedParts = z
  .string()
  .transform((json): unknown => JSON.parse(json))
  .pipe(z.array(z.strictObject({ number: count, etag: text, crc32: text, bytes: count })));

const rangeSchema = z.object({
  number: count,
  from: count,
  to: count,
  at: z.number().int(),
  owner: z.exactOptional(text),
  leaseUntil: count,
  tries: count,
  rows: count,
  bytes: count,
  lastFailure: z.exactOptional(
    z.object({
      code: z.enum(failureCodes as readonly [FailureCode, ...FailureCode[]]),
      retryable: z.boolean(),
      userMessage: z.exactOptional(text),
    }),
  ),
  result: z.exactOptional(
    z.object({
      rows: count,
      bytes: count,
      crc32: count,
      plain: z.exactOptional(z.strictObject({ bytes: count, crc32: count })),
      parts: storedParts,
      file: z.exactOptional(z.strictObject({ key: text, sha256: text, parts: count })),
    }),
  ),
  replaced: z.exactOptional(z.boolean()),
  joined: z.exactOptional(z.boolean()),
});

const handoverSchema = z.object({ token: z.exactOptional(text), workers: z.exactOptional(z.array(count)) });

export function planItem(plan: RangePlan): Item {
  return { ...keys.rangePlan(plan.exportId), ...plan, ttl: rangeTtl(plan.createdAt) };
}

/** @throws ZodError when the item is not a plan's */
export function planOf(item: Item): RangePlan {
  return planSchema.parse(item);
}

/** The attributes of a range's item, without its key and its revision. */
export function rangeAttributes(plan: RangePlan, range: PartRange): Item {
  const { result } = range;
  return {
    ...range,
    ...(result && { result: { ...result, parts: JSON.stringify(result.parts) } }),
    ttl: rangeTtl(plan.createdAt),
  };
}

/** @throws ZodError when the item is not a range's */
export function rangeOf(item: Item): PartRange {
  return rangeSchema.parse(item);
}

/** @throws ZodError when the item is not a handover's */
export function handoverOf(item: Item): Handover {
  return handoverSchema.parse(item);
}

/** The table's TTL attribute: epoch seconds, counted from `at` (epoch milliseconds). */
export function rangeTtl(at: number): number {
  return Math.floor(at / 1000) + LIFETIME_SECONDS;
}
