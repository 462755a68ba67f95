import { inflateRawSync } from 'node:zlib';

/**
 * How many gzip members a file has. Only for members without optional header fields.
 * @see https://www.rfc-editor.org/rfc/rfc1952
 */
export function gzipMembers(file: Buffer): number {
  let members = 0;
  for (let position = 0; position < file.length; members++) {
    if (file.readUInt16BE(position) !== 0x1f8b || file[position + 3] !== 0) throw new Error(`No member at ${position}`);
    const { engine } = inflateRawSync(file.subarray(position + 10), { info: true }) as unknown as {
      engine: { bytesWritten: number };
    };
    position += 10 + engine.bytesWritten + 8;
  }
  return members;
}

/**
 * How many zstd frames a file has.
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3
 */
export function zstdFrames(file: Buffer): number {
  let frames = 0;
  for (let position = 0; position < file.length; frames++) {
    if (file.readUInt32LE(position) !== 0xfd2fb528) throw new Error(`No frame at ${position}`);
    const descriptor = file[position + 4] ?? 0;
    const hasWindow = (descriptor & 0x20) === 0;
    const contentSizeBytes = [hasWindow ? 0 : 1, 2, 4, 8][descriptor >> 6] ?? 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    position += 5 + (hasWindow ? 1 : 0) + dictionaryBytes + contentSizeBytes;
    for (let isLast = false; !isLast; ) {
      const header = file.readUIntLE(position, 3);
      const isRunLength = ((header >> 1) & 3) === 1;
      isLast = (header & 1) === 1;
      position += 3 + (isRunLength ? 1 : header >> 3);
    }
    if (descriptor & 4) position += 4;
  }
  return frames;
}
