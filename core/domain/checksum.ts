/** A CRC32 as S3 writes it: the four bytes, most significant first, in base64. */
export function encodeCrc32(value: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
  return btoa(String.fromCharCode(...bytes));
}

/** The value of what {@link encodeCrc32} wrote. */
export function decodeCrc32(text: string): number {
  return Array.from(atob(text)).reduce((value, byte) => ((value << 8) | byte.charCodeAt(0)) >>> 0, 0);
}

/**
 * Polynomials over GF(2) modulo CRC-32's, as 32-bit integers whose highest bit is the coefficient of x^0: the reflected
 * form in which gzip, zip and S3 use it.
 */
const MODULUS = 0xedb88320;
const ONE = 0x80000000;
const X = 0x40000000;

/**
 * The CRC-32 of two pieces of data from the CRC-32 of each, without reading them again: every bit that follows the first
 * piece multiplies its remainder by x.
 */
export function combineCrc32(first: number, second: number, secondSizeBytes: number): number {
  return (multiply(first, powerOfX(secondSizeBytes * 8)) ^ second) >>> 0;
}

/** x to the power of `exponent`, by squaring: one step for each of its bits. */
function powerOfX(exponent: number): number {
  let result = ONE;
  let square = X;
  // Not bit by bit with >>>: a size of 512 MiB has more than 32 bits' worth of bits.
  for (let remaining = exponent; remaining > 0; remaining = Math.floor(remaining / 2)) {
    if (remaining % 2 === 1) result = multiply(result, square);
    square = multiply(square, square);
  }
  return result;
}

function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = 31; bit >= 0; bit--) {
    if ((a >>> bit) & 1) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ MODULUS : shifted >>> 1;
  }
  return product;
}
