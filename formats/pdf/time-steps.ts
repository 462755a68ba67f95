const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An instant, and what the clocks of the export's time zone showed then, both in milliseconds. */
export interface Moment {
  readonly epoch: number;
  readonly wall: number;
}

/** Divides time into equal steps with consecutive numbers. */
export interface TimeStep {
  /** After "per": `15 minutes`, `day`. */
  readonly name: string;
  /** The finest part of a date and time in which the beginnings of steps differ. */
  readonly precision: 'minute' | 'day' | 'month' | 'year';
  /** The number of the step that a moment falls into. */
  numberOf(moment: Moment): number;
  /** The wall time at which the step begins. */
  startOf(number: number): number;
}

/**
 * Steps of one hour or less, in real time: on the day clocks are set back the hour that comes twice is two steps, and the
 * one that is left out in spring is none.
 * @param origin any moment of the data; hours begin when its clock shows a full hour
 */
function elapsed(name: string, size: number, origin: Moment, wallTime: (epoch: number) => number): TimeStep {
  const phase = (origin.wall - origin.epoch) % size;
  return {
    name,
    precision: 'minute',
    numberOf: ({ epoch }) => Math.floor((epoch + phase) / size),
    startOf: (number) => wallTime(number * size - phase),
  };
}

/** Steps by the clock on the wall, from midnight on: every day has the same number of them. */
function byClock(name: string, size: number, shift = 0): TimeStep {
  return {
    name,
    precision: size < DAY ? 'minute' : 'day',
    numberOf: ({ wall }) => Math.floor((wall + shift) / size),
    startOf: (number) => number * size - shift,
  };
}

function byMonth(name: string, months: number): TimeStep {
  return {
    name,
    precision: months < 12 ? 'month' : 'year',
    numberOf: ({ wall }) => {
      const date = new Date(wall);
      return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months);
    },
    startOf: (number) => new Date(0).setUTCFullYear(0, number * months, 1),
  };
}

/** Weeks begin on Monday; the epoch was a Thursday. */
const DAYS_FROM_MONDAY_TO_EPOCH = 3;

/** From the shortest to the longest. */
export function timeSteps(origin: Moment, wallTime: (epoch: number) => number): readonly TimeStep[] {
  return [
    elapsed('5 minutes', 5 * MINUTE, origin, wallTime),
    elapsed('15 minutes', 15 * MINUTE, origin, wallTime),
    elapsed('30 minutes', 30 * MINUTE, origin, wallTime),
    elapsed('hour', HOUR, origin, wallTime),
    byClock('3 hours', 3 * HOUR),
    byClock('6 hours', 6 * HOUR),
    ...dateSteps,
  ];
}

/** Those that do not divide days. */
export const dateSteps: readonly TimeStep[] = [
  byClock('day', DAY),
  byClock('week', 7 * DAY, DAYS_FROM_MONDAY_TO_EPOCH * DAY),
  byMonth('month', 1),
  byMonth('quarter', 3),
  byMonth('year', 12),
  byMonth('10 years', 120),
  byMonth('100 years', 1_200),
  byMonth('1,000 years', 12_000),
];
