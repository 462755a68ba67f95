/** A CRC32 as S3 writes it: the four bytes, most significant first, in base64. */
export function encodeCrc32(value: number): string {
  const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
  return btoa(String.fromCharCode(...bytes));
}
