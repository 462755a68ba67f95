import type { FailureCode } from './failure.ts';

/**
 * How long a worker is believed to be at a range without a word from it. Far shorter than an attempt's lease: nothing is
 * lost when a range is taken from a worker that was only slow, as the record of its result asks who owns the range.
 */
export const RANGE_LEASE_MS = 15_000;

/** How often a range may be taken before the attempt is given up. */
export const RANGE_MAX_TRIES = 5;

/** The least size of a part of a multipart upload, but for its last. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MIN_PART_BYTES = 5 * 1024 * 1024;

/** A part of a multipart upload as storage has confirmed it. */
export interface SentPart {
  readonly number: number;
  readonly etag: string;
  /** Base64. */
  readonly crc32: string;
  readonly bytes: number;
}

/** What a worker has made of a range. */
export interface RangeResult {
  readonly rows: number;
  readonly bytes: number;
  /** Of all its bytes. */
  readonly crc32: number;
  /** Of what was compressed, where the file is. */
  readonly plain?: { readonly bytes: number; readonly crc32: number };
  /**
   * Those of the one upload. None when all of it is too short to be a part: then `bytes` is more than 0 and less than
   * {@link MIN_PART_BYTES}. None either where the range is a file of its own.
   */
  readonly parts: readonly SentPart[];
  /** The file that the range is, where each is one of its own; absent when the range has no rows. */
  readonly file?: RangeFile;
}

/** A range that is a file of its own, complete in its place. */
export interface RangeFile {
  readonly key: string;
  /** Lower-case hex. */
  readonly sha256: string;
  /** How many parts it was sent in. */
  readonly parts: number;
}

/** Why a worker gave a range back. */
export interface RangeFailure {
  readonly code: FailureCode;
  readonly retryable: boolean;
  /** Safe words for the user that are more exact than the code's. */
  readonly userMessage?: string;
}

/**
 * A run of the file's slices that one worker at a time makes. Slices are read one after the other, so that those which
 * have not been begun can be cut off for somebody else.
 */
export interface PartRange {
  readonly number: number;
  /** The first slice, from 0. */
  readonly from: number;
  /** The slice after the last. */
  readonly to: number;
  /** The slice that is being read; -1 before the first. */
  readonly at: number;
  /** Of the worker that has taken it; each time another. */
  readonly owner?: string;
  /** Epoch milliseconds; 0 while it is nobody's. */
  readonly leaseUntil: number;
  /** How often it was taken, but for those whose machine was taken away. */
  readonly tries: number;
  readonly rows: number;
  readonly bytes: number;
  readonly lastFailure?: RangeFailure;
  readonly result?: RangeResult;
  /** Others stand for it: it was joined with a neighbour. */
  readonly replaced?: boolean;
  /** It stands for two of which one was too short: cut again, it would have to be joined again, and so on. */
  readonly joined?: boolean;
}

/** A range that nobody has taken. */
export function newRange(number: number, from: number, to: number): PartRange {
  return { number, from, to, at: -1, leaseUntil: 0, tries: 0, rows: 0, bytes: 0 };
}

/** Whether nothing of it is left to be done. */
export function isSettled(range: PartRange): boolean {
  return range.replaced === true || range.result !== undefined;
}

/** Whether a worker must be believed to be at it. */
export function isBeingMade(range: PartRange, now: number): boolean {
  return !isSettled(range) && range.leaseUntil > now;
}

export function mayTake(range: PartRange, now: number): boolean {
  return !isSettled(range) && range.leaseUntil <= now;
}

/** Takes a range that is nobody's. Taking it again as the same owner changes nothing. */
export function takeRange(range: PartRange, owner: string, now: number): PartRange | undefined {
  if (isHeldBy(range, owner)) return range;
  if (!mayTake(range, now)) return undefined;
  const begun = { owner, leaseUntil: now + RANGE_LEASE_MS, at: range.from, rows: 0, bytes: 0 };
  return { ...range, ...begun, tries: range.tries + 1 };
}

/** Says that its owner lives, and how far it has come; undefined when it is somebody else's by now. */
export function renewRange(
  range: PartRange,
  owner: string,
  { rows, bytes }: { readonly rows: number; readonly bytes: number },
  now: number,
): PartRange | undefined {
  return isHeldBy(range, owner) ? { ...range, rows, bytes, leaseUntil: now + RANGE_LEASE_MS } : undefined;
}

/** Goes on to a slice, unless the range ends before it. */
export function advanceRange(range: PartRange, owner: string, at: number): PartRange | undefined {
  if (!isHeldBy(range, owner)) return undefined;
  return at < range.to ? { ...range, at } : range;
}

/** Records all of a range, which must end where its owner has ended. Recording it again changes nothing. */
export function recordRange(range: PartRange, owner: string, to: number, result: RangeResult): PartRange | undefined {
  if (range.owner === owner && range.result !== undefined) return range;
  if (!isHeldBy(range, owner) || range.to !== to) return undefined;
  return { ...range, result, rows: result.rows, bytes: result.bytes, leaseUntil: 0 };
}

/** Gives a range back for somebody else to take. */
export function giveRangeBack(
  { lastFailure, owner: holder, ...range }: PartRange,
  owner: string,
  failure: RangeFailure | undefined,
): PartRange | undefined {
  if (holder !== owner || isSettled(range)) return undefined;
  const noted = failure ?? lastFailure;
  return {
    ...range,
    at: -1,
    leaseUntil: 0,
    rows: 0,
    bytes: 0,
    tries: failure === undefined ? range.tries - 1 : range.tries,
    ...(noted && { lastFailure: noted }),
  };
}

/** Slices that nobody has begun to read and which can be given to somebody else; the first of a range never can. */
export function slicesToSpare(range: PartRange): number {
  return isSettled(range) || range.joined ? 0 : range.to - Math.max(range.at, range.from) - 1;
}

/** Cuts off the later half of what is to spare. @returns what is kept and what was cut off, or undefined if there is nothing */
export function cutRange(range: PartRange, number: number): readonly [PartRange, PartRange] | undefined {
  const spare = slicesToSpare(range);
  if (spare < 1) return undefined;
  const middle = range.to - Math.ceil(spare / 2);
  return [{ ...range, to: middle }, newRange(number, middle, range.to)];
}

/** Puts two neighbours together, to be made anew. @returns undefined when they are none, or not any more */
export function joinRanges(first: PartRange, second: PartRange, number: number): readonly PartRange[] | undefined {
  if (first.replaced || second.replaced || first.to !== second.from) return undefined;
  const replaced = { replaced: true, leaseUntil: 0 };
  const whole = { ...newRange(number, first.from, second.to), joined: true };
  return [{ ...first, ...replaced }, { ...second, ...replaced }, whole];
}

function isHeldBy(range: PartRange, owner: string): boolean {
  return range.owner === owner && range.leaseUntil > 0 && !isSettled(range);
}
