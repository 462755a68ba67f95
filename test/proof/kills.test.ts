// @module-tag killed-workers

import { expect, test } from 'vitest';
import { runKills } from './kills.ts';

test('workers killed at random leave no partial file and nothing behind', { timeout: 600_000 }, async () => {
  const { kills, verdicts } = await runKills({ rounds: 4, rows: 60_000, seed: 1 });
  expect(kills).toBeGreaterThan(0);
  expect(verdicts.filter(({ violations }) => violations.length > 0)).toEqual([]);
});
