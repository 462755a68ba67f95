import type { Compression } from '../core/domain/report.ts';

/** The last of them, which no slice has. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const LAST_PART_NUMBER = 10_000;

/** With more slices, each would have fewer than nine numbers for its parts. */
export const MAX_SLICES = 1_000;

/** By estimate: well above what a part must have, and little enough to be made anew. */
const SLICE_BYTES = 16 * 1024 * 1024;

/** Text becomes a third to a sixth; of more, ranges that are cut are joined again. */
const COMPRESSED_SLICE_BYTES = 2 * SLICE_BYTES;

/** What a slice is to have, before it is compressed: about 300 of them reach to 5 GB; more for a larger limit. */
export function sliceBytesFor({ maxFileBytes, compression }: SliceFacts): number {
  const bytes = compression === 'none' ? SLICE_BYTES : COMPRESSED_SLICE_BYTES;
  return Math.max(bytes, Math.ceil((2 * maxFileBytes) / MAX_SLICES));
}

interface SliceFacts {
  readonly maxFileBytes: number;
  readonly compression: Compression;
}

/** Part numbers that each slice has to itself, in file order, so that parts of disjoint ranges never meet. */
export function numbersPerSlice(slices: number): number {
  return Math.floor((LAST_PART_NUMBER - 1) / slices);
}
