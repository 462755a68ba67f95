/** The reflected polynomial of CRC-32 as used by gzip, zip and S3. */
const POLYNOMIAL = 0xedb88320;

/** A linear map on 32-bit vectors: entry i is the image of bit i. */
type BitMatrix = readonly number[];

/** How S3 writes a CRC-32: four big-endian bytes in base64. */
export function crc32Base64(crc: number): string {
  return crc32Bytes(crc).toString('base64');
}

/** The checksum of checksums that S3 gives a COMPOSITE upload, without its `-<parts>` suffix. */
export function crc32Bytes(crc: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes;
}

/**
 * The CRC-32 of two pieces of data from the CRC-32 of each, without reading them again.
 *
 * Appending n zero bytes to data is linear over GF(2), so it is a matrix power, found here by repeated squaring in
 * log2(8 n) steps.
 */
export function combineCrc32(first: number, second: number, secondSizeBytes: number): number {
  let shifted = first;
  // One zero bit: every bit moves down by one, and the lowest brings in the polynomial.
  let power: BitMatrix = Array.from({ length: 32 }, (_, bit) => (bit === 0 ? POLYNOMIAL : 1 << (bit - 1)));
  for (let remainingBits = secondSizeBytes * 8; remainingBits > 0; remainingBits = Math.floor(remainingBits / 2)) {
    if (remainingBits % 2 === 1) shifted = apply(power, shifted);
    power = square(power);
  }
  return (shifted ^ second) >>> 0;
}

function square(matrix: BitMatrix): BitMatrix {
  return matrix.map((column) => apply(matrix, column));
}

function apply(matrix: BitMatrix, vector: number): number {
  return matrix.reduce((sum, column, bit) => ((vector >>> bit) & 1 ? sum ^ column : sum), 0);
}
