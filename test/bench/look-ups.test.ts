// @module-tag how-fast

import { expect, test } from 'vitest';
import { phasesOf } from '../../bench/export/look-ups.ts';

test('a look-up belongs to what was done when it was asked; what lies between belongs to nothing', () => {
  const windows = [
    { beside: 'idle', from: 0, to: 100 },
    { beside: 'csv', from: 150, to: 300 },
    { beside: 'idle', from: 300, to: 400 },
    { beside: 'csv', othersYield: true, from: 500, to: 600 },
  ] as const;
  const taken = [
    [0, 1],
    [99, 3],
    // While the worker starts.
    [120, 50],
    [150, 7],
    [299.9, 9],
    [300, 2],
    [400, 60],
    [500, 4],
  ] as const;
  expect(phasesOf(windows, taken)).toEqual([
    { beside: 'idle', count: 3, medianMs: 2, p95Ms: 3 },
    { beside: 'csv', count: 2, medianMs: 7, p95Ms: 9 },
    { beside: 'csv', othersYield: true, count: 1, medianMs: 4, p95Ms: 4 },
  ]);
});
