// @module-tag relative-dates

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysOf, type Period, periods } from '../../../core/domain/period.ts';

/** From the first zone to begin a day to the last; with whole, half and quarter hours, and clocks changed at midnight. */
const zones = [
  'Pacific/Kiritimati',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Australia/Lord_Howe',
  'Asia/Tokyo',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Africa/Cairo',
  'Europe/Berlin',
  'UTC',
  'Atlantic/Azores',
  'America/Havana',
  'America/St_Johns',
  'America/New_York',
  'America/Sao_Paulo',
  'Pacific/Pago_Pago',
];

/** Instants at which some zone changes its clocks or the year, and some at which nothing happens. */
const turningPoints = [
  '2023-12-31T23:59:59.999Z',
  '2024-02-29T12:00:00Z',
  '2024-12-31T10:00:00Z',
  '2025-03-30T01:00:00Z',
  '2025-04-24T22:00:00Z',
  '2025-10-26T01:00:00Z',
  '2025-11-02T05:00:00Z',
  '2026-01-01T00:00:00Z',
  '2027-01-01T11:00:00Z',
].map(Date.parse);

const instant = fc.oneof(
  fc.tuple(fc.constantFrom(...turningPoints), fc.integer({ min: -30 * 3_600_000, max: 30 * 3_600_000 })).map(sum),
  fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) }),
);

function sum([a, b]: [number, number]): number {
  return a + b;
}

/** The calendar day of an instant, by way of the zone's offset. */
function localDay(now: number, timeZone: string): string {
  const text = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(now);
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text) ?? [];
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1);
  return new Date(now + offset * 60_000).toISOString().slice(0, 10);
}

function plusDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

function weekday(day: string): number {
  return new Date(`${day}T00:00Z`).getUTCDay();
}

function lengthInDays({ from, to }: { from: string; to: string }): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1;
}

/** Whether the range is `count` whole months, the first of which is one of `starts`. */
function isWholeMonths({ from, to }: { from: string; to: string }, count: number, starts: readonly number[]): boolean {
  const monthNumber = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;
  return (
    from.endsWith('-01') &&
    plusDays(to, 1).endsWith('-01') &&
    monthNumber(plusDays(to, 1)) - monthNumber(from) === count &&
    starts.includes(monthNumber(from) % 12)
  );
}

const anyMonth = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

test('at any instant, in any zone, every period is the days of its name', () => {
  fc.assert(
    fc.property(instant, fc.constantFrom(...zones), (now, timeZone) => {
      const today = localDay(now, timeZone);
      const range = (period: Period) => daysOf(period, now, timeZone);

      expect(range('today')).toEqual({ from: today, to: today });
      expect(range('yesterday')).toEqual({ from: plusDays(today, -1), to: plusDays(today, -1) });
      expect(range('last_7_days')).toEqual({ from: plusDays(today, -6), to: today });
      expect(range('last_30_days')).toEqual({ from: plusDays(today, -29), to: today });

      for (const period of ['this_week', 'this_month', 'this_quarter', 'this_year'] as const) {
        expect(range(period).from <= today && today <= range(period).to).toBe(true);
        const last = period.replace('this', 'last') as Period;
        // Nothing between the two, and nothing in both.
        expect(plusDays(range(last).to, 1)).toBe(range(period).from);
      }
      for (const period of ['this_week', 'last_week'] as const) {
        expect([weekday(range(period).from), lengthInDays(range(period))]).toEqual([1, 7]);
      }
      for (const age of ['this', 'last'] as const) {
        expect(isWholeMonths(range(`${age}_month`), 1, anyMonth)).toBe(true);
        expect(isWholeMonths(range(`${age}_quarter`), 3, [0, 3, 6, 9])).toBe(true);
        expect(isWholeMonths(range(`${age}_year`), 12, [0])).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

describe('one instant is in two years', () => {
  const now = Date.parse('2026-01-01T05:00:00Z');

  test.each([
    ['today', 'Pacific/Kiritimati', '2026-01-01', '2026-01-01'],
    ['today', 'Pacific/Pago_Pago', '2025-12-31', '2025-12-31'],
    ['this_year', 'Pacific/Kiritimati', '2026-01-01', '2026-12-31'],
    ['this_year', 'Pacific/Pago_Pago', '2025-01-01', '2025-12-31'],
    ['last_month', 'Pacific/Kiritimati', '2025-12-01', '2025-12-31'],
    ['last_month', 'Pacific/Pago_Pago', '2025-11-01', '2025-11-30'],
    ['last_quarter', 'Pacific/Kiritimati', '2025-10-01', '2025-12-31'],
    // A week belongs to both years, wherever one looks from.
    ['this_week', 'Pacific/Kiritimati', '2025-12-29', '2026-01-04'],
    ['this_week', 'Pacific/Pago_Pago', '2025-12-29', '2026-01-04'],
  ] as const)('%s in %s', (period, timeZone, from, to) => {
    expect(daysOf(period, now, timeZone)).toEqual({ from, to });
  });
});

test('an hour that happens twice, and one that never does, are of the day the clock shows', () => {
  // Azores: 2025-10-26 00:30 comes before and after the clocks go back to midnight.
  for (const instantText of ['2025-10-26T00:30:00Z', '2025-10-26T01:30:00Z']) {
    expect(daysOf('today', Date.parse(instantText), 'Atlantic/Azores').from).toBe('2025-10-26');
  }
  // Beirut: 2025-03-30 begins at one o'clock.
  expect(daysOf('today', Date.parse('2025-03-29T21:59:59Z'), 'Asia/Beirut').from).toBe('2025-03-29');
  expect(daysOf('today', Date.parse('2025-03-29T22:00:00Z'), 'Asia/Beirut').from).toBe('2025-03-30');
});

test('there are the periods that people ask for', () => {
  expect(periods).toEqual([
    ...['today', 'yesterday', 'last_7_days', 'last_30_days', 'this_week', 'last_week', 'this_month', 'last_month'],
    ...['this_quarter', 'last_quarter', 'this_year', 'last_year'],
  ]);
});
