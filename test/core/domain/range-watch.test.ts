import { describe, expect, test } from 'vitest';
import {
  cutRange,
  joinRanges,
  newRange,
  type PartRange,
  RANGE_LEASE_MS,
  RANGE_MAX_TRIES,
  recordRange,
  slicesToSpare,
  takeRange,
} from '../../../core/domain/part-range.ts';
import { currentRanges, firstRanges, nextRangeStep, partFileKeys } from '../../../core/domain/range-watch.ts';
import { newResult } from '../../support/range-plans.ts';

const NOW = 1_000;

function taken(range: PartRange, fields: Partial<PartRange> = {}): PartRange {
  const made = takeRange(range, `owner-${range.number}`, NOW);
  if (made === undefined) throw new Error('not taken');
  return { ...made, ...fields };
}

function recorded(range: PartRange, result = newResult(10)): PartRange {
  const made = recordRange(taken(range), `owner-${range.number}`, range.to, result);
  if (made === undefined) throw new Error('not recorded');
  return made;
}

describe('the first ranges', () => {
  test.each([
    [2, 4],
    [7, 4],
    [16, 4],
    [300, 4],
    [999, 20],
  ])('of %i slices for %i workers are contiguous and about as long as each other', (slices, workers) => {
    const ranges = firstRanges(slices, workers);
    expect(ranges[0]?.from).toBe(0);
    expect(ranges.at(-1)?.to).toBe(slices);
    for (const [index, { from }] of ranges.slice(1).entries()) expect(from).toBe(ranges[index]?.to);
    const lengths = ranges.map(({ from, to }) => to - from);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    expect(ranges.length).toBe(Math.min(slices, 4 * workers, 80));
  });
});

describe('the next step', () => {
  const [a, b, c] = [newRange(1, 0, 4), newRange(2, 4, 8), newRange(3, 8, 12)];

  test('is to wait while somebody works, or may begin', () => {
    expect(nextRangeStep([a, b], 2, NOW)).toEqual({ kind: 'wait' });
    expect(nextRangeStep([taken(a), b], 2, NOW)).toEqual({ kind: 'wait' });
    expect(nextRangeStep([taken(a), taken(b)], 2, NOW)).toEqual({ kind: 'wait' });
    // Nobody's any more: somebody will take it.
    expect(nextRangeStep([taken(a), recorded(b)], 2, NOW + RANGE_LEASE_MS)).toEqual({ kind: 'wait' });
  });

  test('is to finish once all are recorded', () => {
    expect(nextRangeStep([recorded(a), recorded(b)], 2, NOW)).toEqual({ kind: 'finish' });
    const empty = newResult(0, { bytes: 0, parts: [] });
    expect(nextRangeStep([recorded(a), recorded(b, empty)], 2, NOW)).toEqual({ kind: 'finish' });
  });

  test('is to cut the one with most to spare, when somebody has nothing to do', () => {
    const ranges = [taken(a, { at: 2 }), taken(b, { at: 4 }), recorded(c)];
    expect(nextRangeStep(ranges, 3, NOW)).toMatchObject({ kind: 'cut', range: { number: 2 } });
    const nothingToSpare = [taken(a, { at: 3 }), recorded(b), recorded(c)];
    expect(nextRangeStep(nothingToSpare, 3, NOW)).toEqual({ kind: 'wait' });
  });

  test('is to join one that is too short with the neighbour that has less to lose', () => {
    const short = recorded(b, newResult(1, { bytes: 100, parts: [] }));
    const join = (ranges: readonly PartRange[]) => {
      const step = nextRangeStep(ranges, 3, NOW);
      return step.kind === 'join' ? [step.first.number, step.second.number] : step.kind;
    };
    expect(join([recorded(a), short, c])).toEqual([2, 3]);
    expect(join([taken(a), short, recorded(c)])).toEqual([1, 2]);
    expect(join([recorded({ ...a, to: 4 }), short])).toEqual([1, 2]);
    expect(join([{ ...short, number: 1, from: 0 }, recorded(c)])).toEqual([1, 3]);
  });

  test('is never to join a file of its own, however short', () => {
    const short = (key: string) =>
      newResult(1, { bytes: 7, parts: [], file: { key, sha256: 'f'.repeat(64), parts: 1 } });
    const none = newResult(0, { bytes: 0, parts: [] });
    const all = [recorded(c, short('c')), recorded(b, none), recorded(a, short('a'))];
    expect(nextRangeStep(all, 2, NOW)).toEqual({ kind: 'finish' });
    expect(partFileKeys(all)).toEqual(['a', 'c']);
  });

  test('is to give up one that nobody can make', () => {
    const lastFailure = { code: 'invalid_data', retryable: false } as const;
    expect(nextRangeStep([{ ...a, lastFailure }, b], 2, NOW)).toEqual({ kind: 'give-up', failure: lastFailure });
    const spent = { ...a, tries: RANGE_MAX_TRIES };
    expect(nextRangeStep([spent, b], 2, NOW)).toEqual({
      kind: 'give-up',
      failure: { code: 'worker_lost', retryable: true },
    });
    expect(nextRangeStep([taken(spent), b], 2, NOW)).toEqual({ kind: 'wait' });
  });
});

describe('what is cut off', () => {
  test('was not begun, and both together are what there was', () => {
    for (let at = 0; at < 8; at += 1) {
      const range = taken(newRange(1, 0, 8), { at });
      const cut = cutRange(range, 2);
      expect(cut === undefined).toBe(slicesToSpare(range) === 0);
      if (cut === undefined) continue;
      const [kept, tail] = cut;
      expect(kept.to).toBe(tail.from);
      expect(tail.to).toBe(8);
      expect(kept.to).toBeGreaterThan(at);
      expect(tail).toMatchObject({ leaseUntil: 0, tries: 0, at: -1 });
    }
  });

  test('leaves its owner the rest, and takes no record of more than that', () => {
    const [kept] = cutRange(taken(newRange(1, 0, 8)), 2) ?? [];
    if (kept === undefined) throw new Error('not cut');
    expect(recordRange(kept, 'owner-1', 8, newResult(1))).toBeUndefined();
    expect(recordRange(kept, 'owner-1', kept.to, newResult(1))).toMatchObject({ to: kept.to });
  });
});

test('what was joined because it was too short is not cut again, however few work', () => {
  const short = { ...newRange(1, 0, 1), result: { rows: 1, bytes: 10, crc32: 0, parts: [] } };
  const joined = joinRanges(short, newRange(2, 1, 8), 3)?.at(-1);
  if (joined === undefined) throw new Error('not joined');
  const making = taken(joined);
  expect(nextRangeStep([making], 4, NOW)).toEqual({ kind: 'wait' });
  expect(cutRange(making, 4)).toBeUndefined();
});

test('ranges that others stand for are not of the file', () => {
  const ranges = [newRange(3, 0, 8), { ...newRange(1, 0, 4), replaced: true }, newRange(2, 8, 9)];
  expect(currentRanges(ranges).map(({ number }) => number)).toEqual([3, 2]);
});
