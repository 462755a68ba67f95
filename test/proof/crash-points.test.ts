// @module-tag crash-points

import { expect, test } from 'vitest';
import { runCrashPoints } from './crash-points.ts';

test('a crash, an error or a lost reply at any call leaves every invariant intact', {
  timeout: 1_200_000,
}, async () => {
  const only = ['small export', 'large export', 'retry', 'cancel while queued', 'sweep of what was not told'];
  const { points, cases, notMet, violations } = await runCrashPoints({ sample: 4, only });
  expect(violations).toEqual([]);
  expect(Object.keys(points)).toEqual(only);
  for (const calls of Object.values(points)) expect(calls).toBeGreaterThan(3);
  expect(cases - notMet.length).toBeGreaterThan(cases / 2);
});
