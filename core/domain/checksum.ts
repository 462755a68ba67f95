/** A CRC32 as S3 writes it: the four bytes, most significant first, in base64. */
export function encodeCrc32(value: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
  return btoa(String.fromCharCode(...bytes));
}

/** CRC-32's polynomial without its highest term, lowest power first. @see https://www.rfc-editor.org/rfc/rfc1952#section-8 */
const POLYNOMIAL = 0xedb88320;

/** The polynomial 1, and x, in this notation. */
const ONE = 0x8000_0000;
const X = 0x4000_0000;

/** The CRC32 of two runs of bytes, one after the other. @param lengthB bytes of the second */
export function combineCrc32(a: number, b: number, lengthB: number): number {
  // Appending n zero bytes multiplies by x^8n.
  let factor = ONE;
  let power = timesItself(timesItself(timesItself(X)));
  for (let bytes = lengthB; bytes > 0; bytes = Math.floor(bytes / 2)) {
    if (bytes % 2 === 1) factor = times(factor, power);
    power = timesItself(power);
  }
  return (times(factor, a) ^ b) >>> 0;
}

function timesItself(a: number): number {
  return times(a, a);
}

/** The product of two polynomials over GF(2), modulo CRC-32's. */
function times(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}
