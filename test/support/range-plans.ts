import { MIN_PART_BYTES, type RangeResult } from '../../core/domain/part-range.ts';
import type { RangePlan } from '../../core/ports/range-store.ts';
import { exportId, T0 } from './exports.ts';

/** The plan of export `n`'s first attempt, over `slices` slices. */
export function newPlan(n: number, slices = 4, fields: Partial<RangePlan> = {}): RangePlan {
  return {
    exportId: exportId(n),
    attempt: 1,
    claim: 'claim-1',
    snapshotName: '00000003-0000001B-1',
    snapshot: { id: '7:7:', takenAt: T0 },
    key: 'exports/acme/x/1-claim-1/orders.csv',
    uploadId: 'upload-1',
    slices: Array.from({ length: slices }, (_, index) => ({ from: String(index), to: String(index + 1) })),
    createdAt: T0,
    ...fields,
  };
}

/** What a worker has made: one part. */
export function newResult(rows: number, fields: Partial<RangeResult> = {}): RangeResult {
  const part = { number: 1, etag: '"e"', crc32: 'AAAAAA==', bytes: MIN_PART_BYTES };
  return { rows, bytes: MIN_PART_BYTES, crc32: 7, parts: [part], ...fields };
}
