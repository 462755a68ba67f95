import type { GrowingBytes } from '../growing-bytes.ts';

/**
 * One run of the same value, however often.
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export function writeRun(value: number, count: number, bitWidth: number, out: GrowingBytes): void {
  out.reserve(16);
  writeVarInt(2 * count, out);
  for (let bits = 0; bits < bitWidth; bits += 8) {
    out.bytes[out.used] = value >> bits;
    out.used += 1;
  }
}

/** One run of values that differ, of so many bits each; the lowest come first. */
export function writeBitPacked(
  values: Uint8Array | Uint16Array,
  count: number,
  bitWidth: number,
  out: GrowingBytes,
): void {
  const groups = Math.ceil(count / 8);
  out.reserve(8 + groups * bitWidth);
  writeVarInt(2 * groups + 1, out);
  packBits(values, count, bitWidth, out);
  const end = Math.ceil((count * bitWidth) / 8);
  out.bytes.fill(0, out.used, out.used + groups * bitWidth - end);
  out.used += groups * bitWidth - end;
}

/** Values of so many bits, one after the other. */
export function packBits(values: Uint8Array | Uint16Array, count: number, bitWidth: number, out: GrowingBytes): void {
  out.reserve(Math.ceil((count * bitWidth) / 8));
  const { bytes } = out;
  let at = out.used;
  let buffer = 0;
  let bits = 0;
  for (let index = 0; index < count; index += 1) {
    buffer |= (values[index] ?? 0) << bits;
    bits += bitWidth;
    while (bits >= 8) {
      bytes[at] = buffer;
      at += 1;
      buffer >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) {
    bytes[at] = buffer;
    at += 1;
  }
  out.used = at;
}

function writeVarInt(value: number, out: GrowingBytes): void {
  let left = value;
  while (left >= 0x80) {
    out.bytes[out.used] = (left & 0x7f) | 0x80;
    out.used += 1;
    left >>>= 7;
  }
  out.bytes[out.used] = left;
  out.used += 1;
}
