import { wallTimeIn } from './zone-clock.ts';

/** Calendar days `2026-03-29`, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** Midnight UTC of a calendar day, in epoch milliseconds: days without a time zone, to calculate with. */
type Day = number;

interface Today {
  readonly today: Day;
  /** The first day of this week, which begins on Monday. */
  readonly monday: Day;
  readonly year: number;
  /** 0 to 11. */
  readonly month: number;
}

const DAY_MS = 86_400_000;

const rules = {
  today: ({ today }) => days(today, 1),
  yesterday: ({ today }) => days(today - DAY_MS, 1),
  last_7_days: ({ today }) => days(today - 6 * DAY_MS, 7),
  last_30_days: ({ today }) => days(today - 29 * DAY_MS, 30),
  this_week: ({ monday }) => days(monday, 7),
  last_week: ({ monday }) => days(monday - 7 * DAY_MS, 7),
  this_month: ({ year, month }) => months(year, month, 1),
  last_month: ({ year, month }) => months(year, month - 1, 1),
  this_quarter: ({ year, month }) => months(year, month - (month % 3), 3),
  last_quarter: ({ year, month }) => months(year, month - (month % 3) - 3, 3),
  this_year: ({ year }) => months(year, 0, 12),
  last_year: ({ year }) => months(year - 1, 0, 12),
} as const satisfies Record<string, (today: Today) => DayRange>;

/** A range of days told by its place on the calendar. */
export type Period = keyof typeof rules;

export const periods = Object.keys(rules) as readonly Period[];

/**
 * The days a period means at one instant. Weeks, months, quarters and years are whole ones, weeks those of ISO 8601; the
 * last 7 or 30 days end today.
 * @param now epoch milliseconds
 * @param timeZone IANA name: where it is decided which day today is
 */
export function daysOf(period: Period, now: number, timeZone: string): DayRange {
  const today = Math.floor(wallTimeIn(timeZone)(now) / DAY_MS) * DAY_MS;
  const date = new Date(today);
  const daysSinceMonday = (date.getUTCDay() + 6) % 7;
  return rules[period]({
    today,
    monday: today - daysSinceMonday * DAY_MS,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth(),
  });
}

function days(first: Day, count: number): DayRange {
  return { from: written(first), to: written(first + (count - 1) * DAY_MS) };
}

/** @param month 0 to 11; one outside is a month of a year before or after */
function months(year: number, month: number, count: number): DayRange {
  return { from: written(Date.UTC(year, month, 1)), to: written(Date.UTC(year, month + count, 0)) };
}

function written(day: Day): string {
  return new Date(day).toISOString().slice(0, 10);
}
