/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000;

/** With more slices, each would have fewer than ten numbers for its parts. */
export const MAX_SLICES = 1_000;

/** Part numbers that each slice has to itself, in file order, so that parts of disjoint ranges never meet. */
export function numbersPerSlice(slices: number): number {
  return Math.floor(MAX_PARTS / slices);
}
