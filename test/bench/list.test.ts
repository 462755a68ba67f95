// @module-tag how-fast-the-lists

import { expect, test } from 'vitest';
import { figuresOf, ratioOf } from '../../bench/list/figures.ts';
import { pageOf } from '../../bench/list/page.ts';
import { cellsOf } from './table-cells.ts';

const taken = {
  ...{ short: [10, 30, 20], first: [30, 30, 60], sorted: [40] },
  ...{ shortBesideLine: [50], firstOfLine: [55], admitLong: [9] },
};

test('each is told in times of the median of what it was measured beside', () => {
  expect(ratioOf(taken, 'first')).toBe(1.5);
  expect(ratioOf(taken, 'firstOfLine')).toBe(1.1);
  expect(figuresOf(taken).find(({ what }) => what === 'first')).toMatchObject({ median: 30, p95: 60 });
});

test('what was measured without the other, or not at all, is not told', () => {
  expect(ratioOf(taken, 'admitLong')).toBeUndefined();
  expect(figuresOf(taken).map(({ what }) => what)).toEqual([
    ...['short', 'first', 'sorted', 'shortBesideLine', 'firstOfLine'],
  ]);
});

test('the page has a line for each, and says of how many', () => {
  const sizes = { exports: 100_000, beside: 1_000, waiting: 10_000, waitingBeside: 50, rounds: 3 };
  const page = pageOf(taken, sizes);
  expect(cellsOf(page)).toContainEqual(['first page', '30', '60', '1.50']);
  for (const count of ['100,000', '1,000', '10,000', '50', '3 rounds']) expect(page).toContain(count);
});
