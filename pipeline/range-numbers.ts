/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

/** With more slices, each would have fewer than ten numbers for its parts. */
export const MAX_SLICES = 1_000;

/** By estimate: well above what a part must have, and little enough to be made anew. */
const SLICE_BYTES = 16 * 1024 * 1024;

/** What a slice is to have: about 300 of them reach to 5 GB; more for a larger limit. */
export function sliceBytesFor(maxFileBytes: number): number {
  return Math.max(SLICE_BYTES, Math.ceil((2 * maxFileBytes) / MAX_SLICES));
}

/** Part numbers that each slice has to itself, in file order, so that parts of disjoint ranges never meet. */
export function numbersPerSlice(slices: number): number {
  return Math.floor(MAX_PARTS / slices);
}
