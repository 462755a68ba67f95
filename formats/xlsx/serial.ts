import { writeInteger } from '../byte-text.ts';
import type { WallTime } from '../wall-time.ts';

/** Days from Excel's day 0, 1899-12-30, to 1970-01-01. */
const EPOCH_SERIAL = 25_569;
/** 1900-03-01: Excel believes in a 1900-02-29, so days before are counted in another way. */
const FIRST_SERIAL = 61;
/** 9999-12-31. */
const LAST_SERIAL = 2_958_465;
const MICROSECONDS_PER_DAY = 86_400_000_000;
/** A millionth of a millionth of a day is less than a tenth of a microsecond, and than what doubles of days of this century tell apart. */
const FRACTIONS = 1e12;
const FRACTIONS_PER_WORD = 1e6;
const FRACTION_DIGITS = 12;
const POINT = 0x2e;
const ZERO = 0x30;

/** The number of a day that a cell has as such; NaN for others, as for NaN. @param day since 1970-01-01 */
export function serialOf(day: number): number {
  const serial = day + EPOCH_SERIAL;
  return serial >= FIRST_SERIAL && serial <= LAST_SERIAL ? serial : Number.NaN;
}

/**
 * Writes the number of a moment: of its day, and the share of the day that has passed. By integers, because to find the shortest
 * text of a double takes longer than all else about such a cell.
 * @param serial of its day
 */
export function writeMoment(serial: number, { microsecondsOfDay }: WallTime, out: Uint8Array, at: number): number {
  const point = writeInteger(serial, out, at);
  if (microsecondsOfDay === 0) return point;
  const fraction = Math.round(microsecondsOfDay * (FRACTIONS / MICROSECONDS_PER_DAY));
  const upper = Math.floor(fraction / FRACTIONS_PER_WORD);
  out[point] = POINT;
  writeDigits(upper, out, point + 1, point + 1 + FRACTION_DIGITS / 2);
  writeDigits(fraction - upper * FRACTIONS_PER_WORD, out, point + 1 + FRACTION_DIGITS / 2, point + 1 + FRACTION_DIGITS);
  let end = point + 1 + FRACTION_DIGITS;
  while (out[end - 1] === ZERO) end -= 1;
  return end;
}

/** Writes digits of a number between two positions, with zeros before them. */
function writeDigits(value: number, out: Uint8Array, start: number, end: number): void {
  let left = value | 0;
  for (let position = end - 1; position >= start; position -= 1) {
    const tenth = (left / 10) | 0;
    out[position] = ZERO + left - 10 * tenth;
    left = tenth;
  }
}
