/** How S3 writes a CRC-32: four big-endian bytes in base64. */
export function crc32Base64(crc: number): string {
  return crc32Bytes(crc).toString('base64');
}

/** The four big-endian bytes of a CRC-32. */
export function crc32Bytes(crc: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes;
}
