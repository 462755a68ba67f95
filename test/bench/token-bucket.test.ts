// @module-tag simulated-day

import { expect, test } from 'vitest';
import { TokenBucket } from '../../bench/simulate/token-bucket.ts';

test('takes a burst at once, and then no more than its rate', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 });
  const taken = [0, 0, 0, 0, 499, 500, 500, 1000].map((now) => bucket.take(now));
  expect(taken).toEqual([true, true, true, false, false, true, false, true]);
});

test('is full again after a while, and never fuller', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 });
  for (let count = 0; count < 3; count += 1) bucket.take(0);
  expect([1, 2, 3, 4].map(() => bucket.take(3_600_000))).toEqual([true, true, true, false]);
});

test('says when the next token is there, one after the other', () => {
  const bucket = new TokenBucket({ perSecond: 10, burst: 2 });
  expect([0, 0, 0, 0].map((now) => bucket.reserve(now))).toEqual([0, 0, 100, 200]);
  expect(bucket.reserve(250)).toBe(300);
  expect(bucket.reserve(10_000)).toBe(10_000);
});
