import { writeBytes } from '../byte-text.ts';

const MIN_MATCH = 4;
const MAX_OFFSET = 65_535;
const MAX_COPY = 64;
/** Below them, copies need one byte less. */
const SHORT_COPY = 12;
const SHORT_OFFSET = 2048;
const HASH_BITS = 14;
const HASH_FACTOR = 0x1e35_a7bd;
/** After so many fruitless looks, more is stepped over each time. */
const LOOKS_PER_STEP = 32;

/** Where four bytes with this hash stood last. */
const positions = new Int32Array(1 << HASH_BITS);

/** The most bytes that so many may become. */
export function mostSnappyBytes(bytes: number): number {
  return 32 + bytes + Math.ceil(bytes / 6);
}

/**
 * Compresses into `out`, which has room for {@link mostSnappyBytes}.
 * @returns how many bytes it came to
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 */
export function snappy(input: Uint8Array, length: number, out: Uint8Array): number {
  const view = new DataView(input.buffer, input.byteOffset, length);
  const lastStart = length - MIN_MATCH;
  positions.fill(-1);
  let at = writeLength(length, out);
  let literal = 0;
  let position = 0;
  let looks = LOOKS_PER_STEP;
  while (position <= lastStart) {
    const four = view.getInt32(position, true);
    const hash = Math.imul(four, HASH_FACTOR) >>> (32 - HASH_BITS);
    const candidate = positions[hash] ?? -1;
    positions[hash] = position;
    if (candidate < 0 || position - candidate > MAX_OFFSET || view.getInt32(candidate, true) !== four) {
      position += looks >> 5;
      looks += 1;
      continue;
    }
    let end = position + MIN_MATCH;
    const offset = position - candidate;
    while (end < length && input[end] === input[end - offset]) end += 1;
    at = writeLiteral(input, literal, position, out, at);
    at = writeCopy(end - position, offset, out, at);
    position = end;
    literal = end;
    looks = LOOKS_PER_STEP;
  }
  return writeLiteral(input, literal, length, out, at);
}

function writeLength(length: number, out: Uint8Array): number {
  let at = 0;
  let left = length;
  while (left >= 0x80) {
    out[at] = (left & 0x7f) | 0x80;
    left >>>= 7;
    at += 1;
  }
  out[at] = left;
  return at + 1;
}

function writeLiteral(input: Uint8Array, start: number, end: number, out: Uint8Array, from: number): number {
  if (start === end) return from;
  const last = end - start - 1;
  let at = from;
  if (last < 60) {
    out[at] = last << 2;
    at += 1;
  } else {
    const bytes = last < 0x100 ? 1 : last < 0x1_0000 ? 2 : last < 0x100_0000 ? 3 : 4;
    out[at] = (59 + bytes) << 2;
    for (let byte = 0; byte < bytes; byte += 1) out[at + 1 + byte] = last >>> (8 * byte);
    at += 1 + bytes;
  }
  return writeBytes(input, start, end, out, at);
}

function writeCopy(length: number, offset: number, out: Uint8Array, from: number): number {
  let at = from;
  let left = length;
  while (left > 0) {
    // Never so many that fewer would be left than a copy can have.
    const taken = left <= MAX_COPY ? left : Math.min(MAX_COPY, left - MIN_MATCH);
    if (taken < SHORT_COPY && offset < SHORT_OFFSET) {
      out[at] = 1 | ((taken - MIN_MATCH) << 2) | ((offset >> 8) << 5);
      out[at + 1] = offset;
      at += 2;
    } else {
      out[at] = 2 | ((taken - 1) << 2);
      out[at + 1] = offset;
      out[at + 2] = offset >> 8;
      at += 3;
    }
    left -= taken;
  }
  return at;
}
