/** The four big-endian bytes of a CRC-32. */
export function crc32Bytes(crc: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc >>> 0);
  return bytes;
}
