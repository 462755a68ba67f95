/** A moment as its text shows it: the calendar day and the time of a clock, and how far that clock is from UTC. */
export interface WallTime {
  /** Days since 1970-01-01. */
  readonly day: number;
  readonly microsecondsOfDay: number;
  readonly offsetSeconds: number;
}

const MICROSECOND_DIGITS = 6;

const ZERO = 0x30;
const COLON = 0x3a;
const DASH = 0x2d;
const POINT = 0x2e;
const PLUS = 0x2b;
const LETTER_B = 0x42;
const LETTER_C = 0x43;
const LETTER_T = 0x54;
const LETTER_Z = 0x5a;
const SPACE = 0x20;

/**
 * Days from 1970-01-01 to a date cell such as `2024-03-31`, between two positions of UTF-8; NaN for text that is no day,
 * such as `Infinity`.
 */
export function dayOf(source: Uint8Array, start: number, end: number): number {
  const isBeforeChrist = endsBeforeChrist(source, start, end);
  return dayAt(source, start, isBeforeChrist ? end - 3 : end, isBeforeChrist);
}

/** What a timestamp cell such as `2024-03-31T03:00:00.123456+02:00` says; undefined for text that is no moment. */
export function wallTimeOf(source: Uint8Array, start: number, end: number): WallTime | undefined {
  const isBeforeChrist = endsBeforeChrist(source, start, end);
  const clockEnd = isBeforeChrist ? end - 3 : end;
  // Where it is in years of four digits.
  let t = start + 10 < end && source[start + 10] === LETTER_T ? start + 10 : start;
  while (t < end && source[t] !== LETTER_T) t += 1;
  const day = dayAt(source, start, t, isBeforeChrist);
  if (Number.isNaN(day)) return undefined;

  const seconds = secondsAt(source, t + 1, clockEnd);
  let position = t + 9;
  let microseconds = 0;
  if (position < clockEnd && source[position] === POINT) {
    position += 1;
    const last = Math.min(position + MICROSECOND_DIGITS, clockEnd);
    let missing = MICROSECOND_DIGITS;
    for (; position < last && isDigit(source[position] ?? 0); position += 1, missing -= 1) {
      microseconds = microseconds * 10 + (source[position] ?? 0) - ZERO;
    }
    for (; missing > 0; missing -= 1) microseconds *= 10;
  }
  const offsetSeconds = offsetAt(source, position, clockEnd);
  if (Number.isNaN(seconds) || Number.isNaN(offsetSeconds)) return undefined;
  return { day, microsecondsOfDay: seconds * 1_000_000 + microseconds, offsetSeconds };
}

function endsBeforeChrist(source: Uint8Array, start: number, end: number): boolean {
  return end - start > 3 && source[end - 1] === LETTER_C && source[end - 2] === LETTER_B && source[end - 3] === SPACE;
}

/** The day written between two positions. Years have four digits or more. */
function dayAt(source: Uint8Array, start: number, end: number, isBeforeChrist: boolean): number {
  if (end - start < 10 || source[end - 3] !== DASH || source[end - 6] !== DASH) return Number.NaN;
  const yearOfEra =
    end - start === 10
      ? 100 * twoDigits(source, start) + twoDigits(source, start + 2)
      : numberAt(source, start, end - 6);
  const year = isBeforeChrist ? 1 - yearOfEra : yearOfEra;
  const month = twoDigits(source, end - 5);
  const day = twoDigits(source, end - 2);
  if (!(year > -10_000 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return Number.NaN;
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
  // In integers, what is not negative and not large.
  const dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) | 0) + day - 1;
  const dayOfEra = yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Seconds of the day of `03:00:00` at a position; NaN for anything else. */
function secondsAt(source: Uint8Array, start: number, end: number): number {
  if (end - start < 8 || source[start + 2] !== COLON || source[start + 5] !== COLON) return Number.NaN;
  return hoursMinutes(source, start) + twoDigits(source, start + 6);
}

/** Seconds of `Z`, `+02:00` or `+00:53:28` between two positions; NaN for anything else. */
function offsetAt(source: Uint8Array, start: number, end: number): number {
  if (end - start === 1 && source[start] === LETTER_Z) return 0;
  const sign = source[start] === PLUS ? 1 : source[start] === DASH ? -1 : Number.NaN;
  if (end - start < 6 || source[start + 3] !== COLON) return Number.NaN;
  if (end - start === 6) return sign * hoursMinutes(source, start + 1);
  return end - start === 9 ? sign * secondsAt(source, start + 1, end) : Number.NaN;
}

function hoursMinutes(source: Uint8Array, start: number): number {
  return twoDigits(source, start) * 3600 + twoDigits(source, start + 3) * 60;
}

/** NaN unless both bytes from a position on are digits. */
function twoDigits(source: Uint8Array, position: number): number {
  const tens = source[position] ?? 0;
  const ones = source[position + 1] ?? 0;
  return isDigit(tens) && isDigit(ones) ? 10 * tens + ones - 11 * ZERO : Number.NaN;
}

/** NaN unless all bytes of the range are digits. */
function numberAt(source: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let position = start; position < end; position += 1) {
    const byte = source[position] ?? 0;
    if (!isDigit(byte)) return Number.NaN;
    value = value * 10 + byte - ZERO;
  }
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}
