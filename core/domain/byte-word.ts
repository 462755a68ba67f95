/**
 * Four bytes as one integer, the first lowest, so that all are looked at in one go: of `word ^ (byte * EACH_BYTE)` those that are
 * that byte are zero, and `(word - EACH_BYTE) & ~word & HIGH_BITS` has the high bit of the first zero byte, and of none before it.
 * @see https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
 */
export const EACH_BYTE = 0x01010101;
export const HIGH_BITS = 0x80808080;

/** The place, from 0, of the first byte whose high bit is set, of which there is one. */
export function firstHighBit(word: number): number {
  return (31 - Math.clz32(word & -word)) >> 3;
}
