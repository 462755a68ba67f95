// @module-tag slow-exports-and-old-links

import { expect, test } from 'vitest';
import { keptDays } from '../../../web/src/gates/kept-days.ts';

test.each([
  ['2026-11-22T10:00:00.000Z', '2026-12-22T10:00:00.000Z', 30],
  ['2026-11-22T10:00:00.000Z', '2026-11-23T10:00:00.000Z', 1],
  // The file was ready a little after its retention began to count.
  ['2026-11-22T10:00:03.000Z', '2026-11-29T10:00:00.000Z', 7],
  ['2026-11-22T10:00:00.000Z', '2026-11-22T10:00:01.000Z', 1],
])('a file that was ready at %s and expires at %s is kept %i days', (readyAt, expiresAt, days) => {
  expect(keptDays({ readyAt, expiresAt })).toBe(days);
});

test('where there was no file, none is kept', () => {
  expect(keptDays({})).toBeUndefined();
  expect(keptDays({ expiresAt: '2026-11-22T10:00:00.000Z' })).toBeUndefined();
});
