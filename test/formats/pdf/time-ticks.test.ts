// @module-tag hostile-values
// @module-tag too-large

import { describe, expect, it } from 'vitest';
import { timeTicks } from '../../../formats/pdf/time-ticks.ts';

const MINUTE = 60_000;

function ticks(from: string, stepName: string, stepMinutes: number, count: number, most: number): readonly string[] {
  const points = Array.from({ length: count }, (_, index) => ({
    start: Date.parse(`${from}Z`) + index * stepMinutes * MINUTE,
    value: 1,
  }));
  return timeTicks(points, stepName, most).map(
    ({ index, label, below }) => `${index} ${label}${below === undefined ? '' : ` / ${below}`}`,
  );
}

describe('timeTicks', () => {
  it('stand at round times, as many as there is room for', () => {
    expect(ticks('2024-06-15T08:15', '15 minutes', 15, 10, 4)).toEqual(['3 09:00 / 15 Jun 2024', '7 10:00']);
    expect(ticks('2024-06-15T08:15', '15 minutes', 15, 10, 5)).toEqual([
      '1 08:30 / 15 Jun 2024',
      '3 09:00',
      '5 09:30',
      '7 10:00',
      '9 10:30',
    ]);
  });

  it('name the day again when it changes', () => {
    expect(ticks('2024-06-15T18:00', '3 hours', 180, 5, 9)).toEqual([
      '0 18:00 / 15 Jun 2024',
      '1 21:00',
      '2 00:00 / 16 Jun 2024',
      '3 03:00',
      '4 06:00',
    ]);
  });

  it('are days, months and years in longer ranges', () => {
    expect(ticks('2024-12-30T00:00', 'day', 1_440, 4, 9)).toEqual([
      '0 30 Dec / 2024',
      '1 31 Dec',
      '2 1 Jan / 2025',
      '3 2 Jan',
    ]);
    expect(ticks('2024-11-15T00:00', 'week', 7 * 1_440, 14, 4)).toEqual(['3 Dec / 2024', '7 Jan / 2025', '12 Feb']);
    expect(ticks('1990-01-01T00:00', 'year', 366 * 1_440, 30, 4)).toEqual(['0 1990', '10 2000', '20 2010']);
  });

  it('are at least one', () => {
    expect(ticks('2024-06-15T08:10', '5 minutes', 5, 1, 9)).toEqual(['0 08:10 / 15 Jun 2024']);
  });
});
