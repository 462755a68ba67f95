import { falseBytes, isBytes, textOf, trueBytes, writeBytes } from '../byte-text.ts';
import type { GrowingBytes } from '../growing-bytes.ts';
import { dayOf, wallTimeOf } from '../wall-time.ts';

/**
 * Appends the value of a cell that is not NULL as Parquet's plain encoding has it, but a boolean as a byte.
 * @returns false for a cell that the type cannot hold
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#PLAIN
 */
export type PlainWriter = (source: Uint8Array, start: number, end: number, out: GrowingBytes) => boolean;

const MINUS = 0x2d;
const DASH = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const LETTER_A = 0x61;
const TO_LOWER_CASE = 0x20;

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_INT32 = 2 ** 31 - 1;
const TWO_TO_32 = 2 ** 32;
/** A double holds all numbers of so many digits. */
const MAX_DOUBLE_DIGITS = 15;
const MICROSECONDS_PER_DAY = 86_400_000_000;
const MICROSECONDS_PER_SECOND = 1_000_000;
const INT64_BYTES = 8;
const UUID_BYTES = 16;
const UUID_LENGTH = 36;

/** Integers of 64 bits. */
export const writeInteger: PlainWriter = (source, start, end, out) => {
  const value = unscaledOf(source, start, end, 0, false);
  return value !== undefined && isInt64(value) && writeInt64(value, out);
};

/**
 * Numbers of so many digits, `scale` of them after the point, as integers without it.
 * @param bytes of a value, highest byte first; 8 or more. @default as an integer of 64 bits
 */
export function decimalWriter(precision: number, scale: number, bytes?: number): PlainWriter {
  const bound = 10n ** BigInt(precision);
  // Exact up to there, and as a double quick to compare with.
  const roughBound = 10 ** Math.min(precision, MAX_DOUBLE_DIGITS);
  const isHeld = (value: number | bigint) => Math.abs(Number(value)) < roughBound || (value > -bound && value < bound);
  return (source, start, end, out) => {
    const value = unscaledOf(source, start, end, scale, true);
    if (value === undefined || !isHeld(value)) return false;
    return bytes === undefined ? writeInt64(value, out) : writeBigEndian(value, bytes, out);
  };
}

export const writeFloat: PlainWriter = (source, start, end, out) => {
  const text = textOf(source, start, end);
  const value = Number(text);
  if (text === '' || (Number.isNaN(value) && text !== 'NaN')) return false;
  out.reserve(INT64_BYTES);
  out.view.setFloat64(out.used, value, true);
  out.used += INT64_BYTES;
  return true;
};

export const writeBoolean: PlainWriter = (source, start, end, out) => {
  const isTrue = isBytes(source, start, end, trueBytes);
  if (!isTrue && !isBytes(source, start, end, falseBytes)) return false;
  out.reserve(1);
  out.bytes[out.used] = isTrue ? 1 : 0;
  out.used += 1;
  return true;
};

/** Days since 1970. */
export const writeDate: PlainWriter = (source, start, end, out) => {
  const day = dayOf(source, start, end);
  if (!(Math.abs(day) <= MAX_INT32)) return false;
  out.reserve(4);
  out.view.setInt32(out.used, day, true);
  out.used += 4;
  return true;
};

/** Microseconds since 1970, UTC. */
export const writeTimestamp: PlainWriter = (source, start, end, out) => {
  const time = wallTimeOf(source, start, end);
  if (time === undefined) return false;
  const ofDay = time.microsecondsOfDay - time.offsetSeconds * MICROSECONDS_PER_SECOND;
  const value = time.day * MICROSECONDS_PER_DAY + ofDay;
  if (Number.isSafeInteger(value)) return writeInt64(value, out);
  const exact = BigInt(time.day) * BigInt(MICROSECONDS_PER_DAY) + BigInt(ofDay);
  return isInt64(exact) && writeInt64(exact, out);
};

export const writeUuid: PlainWriter = (source, start, end, out) => {
  if (end - start !== UUID_LENGTH) return false;
  out.reserve(UUID_LENGTH);
  let digits = 0;
  for (let position = start; position < end; position += 1) {
    const byte = source[position] ?? 0;
    if (byte === DASH) continue;
    const digit = hexadecimal(byte);
    if (digit === undefined) return false;
    const at = out.used + (digits >> 1);
    out.bytes[at] = digits % 2 === 0 ? digit << 4 : (out.bytes[at] ?? 0) | digit;
    digits += 1;
  }
  if (digits !== 2 * UUID_BYTES) return false;
  out.used += UUID_BYTES;
  return true;
};

/** Its length before it. */
export const writeText: PlainWriter = (source, start, end, out) => {
  out.reserve(4 + end - start);
  out.view.setInt32(out.used, end - start, true);
  out.used = writeBytes(source, start, end, out.bytes, out.used + 4);
  return true;
};

/**
 * 520 for `5.2` and a scale of 2; undefined for what is no number, or has more digits after the point than that, unless they
 * are zeros.
 */
function unscaledOf(
  source: Uint8Array,
  start: number,
  end: number,
  scale: number,
  mayHavePoint: boolean,
): number | bigint | undefined {
  const isNegative = source[start] === MINUS;
  const first = isNegative ? start + 1 : start;
  let value = 0;
  let point = end;
  let position = first;
  for (; position < end; position += 1) {
    const byte = source[position] ?? 0;
    if (byte === POINT && mayHavePoint && point === end && position > first && position + 1 < end) point = position;
    else if (byte < ZERO || byte > ZERO + 9) return undefined;
    else if (position <= point + scale) value = value * 10 + byte - ZERO;
    else if (byte !== ZERO) return undefined;
  }
  if (first >= end) return undefined;
  const fraction = Math.min(scale, Math.max(0, end - point - 1));
  if (point - first + scale > MAX_DOUBLE_DIGITS) {
    const whole = textOf(source, first, point) + textOf(source, point + 1, point + 1 + fraction);
    const unscaled = BigInt(whole.padEnd(whole.length + scale - fraction, '0'));
    return isNegative ? -unscaled : unscaled;
  }
  for (let digit = fraction; digit < scale; digit += 1) value *= 10;
  return isNegative ? -value : value;
}

function isInt64(value: number | bigint): boolean {
  return value >= MIN_INT64 && value <= MAX_INT64;
}

function writeInt64(value: number | bigint, out: GrowingBytes): true {
  out.reserve(INT64_BYTES);
  if (typeof value === 'bigint') {
    out.view.setBigInt64(out.used, value, true);
  } else {
    out.view.setInt32(out.used, value, true);
    out.view.setInt32(out.used + 4, Math.floor(value / TWO_TO_32), true);
  }
  out.used += INT64_BYTES;
  return true;
}

function writeBigEndian(value: number | bigint, bytes: number, out: GrowingBytes): true {
  out.reserve(bytes);
  const high = bytes - INT64_BYTES;
  if (typeof value === 'bigint') {
    let above = value >> 64n;
    for (let index = high - 1; index >= 0; index -= 1) {
      out.bytes[out.used + index] = Number(above & 0xffn);
      above >>= 8n;
    }
    out.view.setBigInt64(out.used + high, BigInt.asIntN(64, value));
  } else {
    out.bytes.fill(value < 0 ? 0xff : 0, out.used, out.used + high);
    out.view.setInt32(out.used + high, Math.floor(value / TWO_TO_32));
    out.view.setInt32(out.used + high + 4, value);
  }
  out.used += bytes;
  return true;
}

function hexadecimal(byte: number): number | undefined {
  if (byte >= ZERO && byte <= ZERO + 9) return byte - ZERO;
  const letter = (byte | TO_LOWER_CASE) - LETTER_A;
  return letter >= 0 && letter < 6 ? letter + 10 : undefined;
}
