/** A moment as its text shows it: the calendar day and the time of a clock, and how far that clock is from UTC. */
export interface WallTime {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly microsecondsOfDay: number;
  readonly offsetSeconds: number;
}

const ZERO = 0x30;
const COLON = 0x3a;
const DASH = 0x2d;
const POINT = 0x2e;
const BEFORE_CHRIST = ' BC';

/** Days from 1970-01-01 to a date cell such as `2024-03-31`; undefined for text that is no day, such as `Infinity`. */
export function dayOf(text: string): number | undefined {
  const isBeforeChrist = text.endsWith(BEFORE_CHRIST);
  return dayAt(text, isBeforeChrist ? text.length - BEFORE_CHRIST.length : text.length, isBeforeChrist);
}

/** What a timestamp cell such as `2024-03-31T03:00:00.123456+02:00` says; undefined for text that is no moment. */
export function wallTimeOf(text: string): WallTime | undefined {
  const isBeforeChrist = text.endsWith(BEFORE_CHRIST);
  const end = isBeforeChrist ? text.length - BEFORE_CHRIST.length : text.length;
  const t = text.indexOf('T');
  const day = dayAt(text, t, isBeforeChrist);
  if (day === undefined) return undefined;

  const seconds = secondsAt(text, t + 1);
  let position = t + 9;
  let microseconds = 0;
  if (text.charCodeAt(position) === POINT) {
    position += 1;
    for (let unit = 100_000; unit >= 1 && isDigit(text.charCodeAt(position)); unit /= 10) {
      microseconds += unit * (text.charCodeAt(position) - ZERO);
      position += 1;
    }
  }
  const offsetSeconds = offsetAt(text, position, end);
  if (Number.isNaN(seconds) || Number.isNaN(offsetSeconds)) return undefined;
  return { day, microsecondsOfDay: seconds * 1_000_000 + microseconds, offsetSeconds };
}

/** The day written in `text` up to `end`. Years have four digits or more. */
function dayAt(text: string, end: number, isBeforeChrist: boolean): number | undefined {
  if (end < 10 || text.charCodeAt(end - 3) !== DASH || text.charCodeAt(end - 6) !== DASH) return undefined;
  const yearOfEra = numberAt(text, 0, end - 6);
  const year = isBeforeChrist ? 1 - yearOfEra : yearOfEra;
  const month = numberAt(text, end - 5, end - 3);
  const day = numberAt(text, end - 2, end);
  if (!(year > -10_000 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return undefined;
  return daysSinceEpoch(year, month, day);
}

/**
 * Counts years from March, so that the leap day is the last of its year, in eras of 400 years.
 * @see https://howardhinnant.github.io/date_algorithms.html
 */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Seconds of the day of `03:00:00` at a position; NaN for anything else. */
function secondsAt(text: string, start: number): number {
  if (text.charCodeAt(start + 2) !== COLON || text.charCodeAt(start + 5) !== COLON) return Number.NaN;
  return hoursMinutes(text, start) + numberAt(text, start + 6, start + 8);
}

/** Seconds of `Z`, `+02:00` or `+00:53:28` between two positions; NaN for anything else. */
function offsetAt(text: string, start: number, end: number): number {
  if (end - start === 1 && text[start] === 'Z') return 0;
  const sign = text[start] === '+' ? 1 : text[start] === '-' ? -1 : Number.NaN;
  if (text.charCodeAt(start + 3) !== COLON) return Number.NaN;
  if (end - start === 6) return sign * hoursMinutes(text, start + 1);
  return end - start === 9 ? sign * secondsAt(text, start + 1) : Number.NaN;
}

function hoursMinutes(text: string, start: number): number {
  return numberAt(text, start, start + 2) * 3600 + numberAt(text, start + 3, start + 5) * 60;
}

/** NaN unless all characters of the range are digits. */
function numberAt(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - ZERO;
  }
  return value;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= ZERO + 9;
}
