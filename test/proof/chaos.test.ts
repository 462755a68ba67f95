// @module-tag chaos

import { expect, test } from 'vitest';
import { runChaos } from './chaos.ts';

test.each([
  { rate: 0.05, exports: 6 },
  { rate: 0.2, exports: 3 },
])('every invariant holds when $rate of all calls meet a fault', { timeout: 600_000 }, async ({ rate, exports }) => {
  const result = await runChaos({ seed: 1, exports, rate, limitMs: 200_000 });
  expect(Object.keys(result.faults.injected).length).toBeGreaterThan(10);
  expect(result.verdicts.filter(({ violations }) => violations.length > 0)).toEqual([]);
});
