import {
  isBeingMade,
  isSettled,
  newRange,
  type PartRange,
  RANGE_MAX_TRIES,
  type RangeFailure,
  slicesToSpare,
} from './part-range.ts';

/** Ranges each worker has to begin with: the more there are, the less is made anew for one that was killed. */
const RANGES_PER_WORKER = 4;

/** The most ranges there are to begin with: what begins them is one transaction. */
const MAX_RANGES = 80;

/** Shares the slices out evenly, in file order. */
export function firstRanges(slices: number, workers: number): readonly PartRange[] {
  const count = Math.min(workers * RANGES_PER_WORKER, MAX_RANGES, slices);
  const start = (index: number) => Math.round((index * slices) / count);
  return Array.from({ length: count }, (_, index) => newRange(index + 1, start(index), start(index + 1)));
}

/** What whoever watches the ranges has to do next. */
export type RangeStep =
  | { readonly kind: 'wait' }
  /** Every range is recorded, and their parts make the file. */
  | { readonly kind: 'finish' }
  | { readonly kind: 'give-up'; readonly failure: RangeFailure }
  /** All of the file is too short for a part that is not its last. */
  | { readonly kind: 'too-short' }
  /** A range has become too short for a part of its own: with a neighbour it is made anew. */
  | { readonly kind: 'join'; readonly first: PartRange; readonly second: PartRange }
  /** Workers have nothing to do while this one has slices to spare. */
  | { readonly kind: 'cut'; readonly range: PartRange };

/** @param workers how many there are in all */
export function nextRangeStep(ranges: readonly PartRange[], workers: number, now: number): RangeStep {
  const current = currentRanges(ranges);
  const failure = failureOf(current, now);
  if (failure) return { kind: 'give-up', failure };
  const short = current.findIndex(isTooShort);
  if (short !== -1) return joinOf(current, short);
  if (current.every(isSettled)) return { kind: 'finish' };
  const made = current.filter((range) => isBeingMade(range, now));
  const isAnyLeft = current.some((range) => !isSettled(range) && !isBeingMade(range, now));
  if (isAnyLeft || made.length >= workers) return { kind: 'wait' };
  const [longest] = made.toSorted((a, b) => slicesToSpare(b) - slicesToSpare(a));
  return longest && slicesToSpare(longest) > 0 ? { kind: 'cut', range: longest } : { kind: 'wait' };
}

/** Those that make up the file, in its order. */
export function currentRanges(ranges: readonly PartRange[]): readonly PartRange[] {
  return ranges.filter(({ replaced }) => replaced !== true).toSorted((a, b) => a.from - b.from);
}

/** Keys of the part files that are recorded so far, in file order. */
export function partFileKeys(ranges: readonly PartRange[]): readonly string[] {
  return currentRanges(ranges).flatMap(({ result }) => result?.file?.key ?? []);
}

function failureOf(ranges: readonly PartRange[], now: number): RangeFailure | undefined {
  const hopeless = ranges.find((range) => !isSettled(range) && range.lastFailure?.retryable === false);
  if (hopeless?.lastFailure) return hopeless.lastFailure;
  const spent = ranges.find((range) => !isSettled(range) && range.tries >= RANGE_MAX_TRIES && !isBeingMade(range, now));
  return spent && { ...(spent.lastFailure ?? { code: 'worker_lost' }), retryable: true };
}

function isTooShort({ result }: PartRange): boolean {
  return result !== undefined && result.bytes > 0 && result.parts.length === 0 && result.file === undefined;
}

/** With whichever neighbour has less to lose. */
function joinOf(ranges: readonly PartRange[], index: number): RangeStep {
  const [before, range, after] = [ranges[index - 1], ranges[index], ranges[index + 1]];
  if (before && range && (after === undefined || before.bytes < after.bytes)) {
    return { kind: 'join', first: before, second: range };
  }
  if (range && after) return { kind: 'join', first: range, second: after };
  return { kind: 'too-short' };
}
