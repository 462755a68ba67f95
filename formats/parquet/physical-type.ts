import type { GrowingBytes } from '../growing-bytes.ts';

/** A value as the library takes it for statistics. */
export type StatisticValue = bigint | number | boolean | Uint8Array;

/** How plain values lie in memory, and what order they have. */
export interface PhysicalType {
  /** Of each value; undefined where four bytes before it tell. */
  readonly bytes: number | undefined;
  /** Less than 0 if the value at one position comes before that at another. */
  compare(values: GrowingBytes, left: number, right: number): number;
  valueAt(values: GrowingBytes, position: number): StatisticValue;
  /** Whether the value has a place in the order. @default all have */
  isOrdered?(values: GrowingBytes, position: number): boolean;
}

export const int32: PhysicalType = {
  bytes: 4,
  compare: ({ view }, left, right) => view.getInt32(left, true) - view.getInt32(right, true),
  valueAt: ({ view }, position) => view.getInt32(position, true),
};

export const int64: PhysicalType = {
  bytes: 8,
  compare: ({ view }, left, right) =>
    view.getInt32(left + 4, true) - view.getInt32(right + 4, true) ||
    view.getUint32(left, true) - view.getUint32(right, true),
  valueAt: ({ view }, position) => view.getBigInt64(position, true),
};

export const double: PhysicalType = {
  bytes: 8,
  compare: ({ view }, left, right) => {
    const [first, second] = [view.getFloat64(left, true), view.getFloat64(right, true)];
    return first < second ? -1 : first > second ? 1 : 0;
  },
  valueAt: ({ view }, position) => view.getFloat64(position, true),
  isOrdered: ({ view }, position) => !Number.isNaN(view.getFloat64(position, true)),
};

export const boolean: PhysicalType = {
  bytes: 1,
  compare: ({ bytes }, left, right) => (bytes[left] ?? 0) - (bytes[right] ?? 0),
  valueAt: ({ bytes }, position) => bytes[position] === 1,
};

/** Integers with a sign, highest byte first. */
export function bigEndian(size: number): PhysicalType {
  return {
    bytes: size,
    compare: ({ bytes, view }, left, right) =>
      view.getInt8(left) - view.getInt8(right) || compareBytes(bytes, left + 1, size - 1, right + 1, size - 1),
    valueAt: ({ bytes }, position) => {
      const hexadecimal = Buffer.from(bytes.subarray(position, position + size)).toString('hex');
      return BigInt.asIntN(8 * size, BigInt(`0x${hexadecimal}`));
    },
  };
}

/** Bytes without a meaning to Parquet. */
export function fixedBytes(size: number): PhysicalType {
  return {
    bytes: size,
    compare: ({ bytes }, left, right) => compareBytes(bytes, left, size, right, size),
    valueAt: ({ bytes }, position) => bytes.slice(position, position + size),
  };
}

/** The library tells no more than 16 bytes of a text in a file's statistics. */
const KEPT_TEXT_BYTES = 64;
/** The last code points begin with it: of a text of nothing else, no beginning with a greater end could be told. */
const GREATEST_FIRST_BYTE = 0xf4;

export const text: PhysicalType = {
  bytes: undefined,
  compare: ({ bytes, view }, left, right) =>
    compareBytes(bytes, left + 4, view.getInt32(left, true), right + 4, view.getInt32(right, true)),
  valueAt: ({ bytes, view }, position) => {
    const length = view.getInt32(position, true);
    const kept = bytes[position + 4] === GREATEST_FIRST_BYTE ? length : Math.min(length, KEPT_TEXT_BYTES);
    return bytes.slice(position + 4, position + 4 + kept);
  },
};

function compareBytes(bytes: Uint8Array, left: number, leftLength: number, right: number, rightLength: number): number {
  const length = Math.min(leftLength, rightLength);
  for (let index = 0; index < length; index += 1) {
    const difference = (bytes[left + index] ?? 0) - (bytes[right + index] ?? 0);
    if (difference !== 0) return difference;
  }
  return leftLength - rightLength;
}
