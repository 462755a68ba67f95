/** What an archive tells of an entry. */
export interface EntryFacts {
  readonly path: string;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** Whether checksum and sizes stand after the content, because they were not known before. */
  readonly isStreamed: boolean;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly bytes: number;
  /** Where its header begins in the archive. */
  readonly offset: number;
}

/** One more means that a ZIP64 field has the number. */
const MAX_UINT32 = 0xffff_fffe;
const IN_ZIP64_UINT32 = 0xffff_ffff;
const MAX_ENTRIES = 0xfffe;
const IN_ZIP64_UINT16 = 0xffff;

const VERSION = 20;
const ZIP64_VERSION = 45;
/** By Unix, of version 6.3 of the specification. */
const MADE_BY = (3 << 8) | 63;
const DEFLATED = 8;
const HAS_DESCRIPTOR = 1 << 3;
const NAMES_ARE_UTF8 = 1 << 11;
/** A regular file that its owner and group may write, and all read. */
const FILE_MODE = 0o100664 * 2 ** 16;

type Field = readonly [bytes: 2 | 4 | 8, value: number];

/**
 * What stands before an entry's content. Its sizes are in 32 bits even if they will not fit: then the descriptor and the
 * directory have them, as readers that seek expect. Excel does not like ZIP64 where it is not needed.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.7
 */
export function localHeader({ path, modifiedAt, isStreamed, ...facts }: Omit<EntryFacts, 'offset'>): Buffer {
  const name = Buffer.from(path);
  const header = record([
    [4, 0x04034b50],
    [2, VERSION],
    [2, flagsOf(isStreamed)],
    [2, DEFLATED],
    ...dosTime(modifiedAt),
    [4, isStreamed ? 0 : facts.crc32],
    [4, isStreamed ? 0 : facts.compressedBytes],
    [4, isStreamed ? 0 : facts.bytes],
    [2, name.length],
    [2, 0],
  ]);
  return Buffer.concat([header, name]);
}

/** What stands after the content of a streamed entry. @see APPNOTE 4.3.9 */
export function dataDescriptor(entry: EntryFacts): Buffer {
  const size = needsZip64(entry) ? 8 : 4;
  return record([
    [4, 0x08074b50],
    [4, entry.crc32],
    [size, entry.compressedBytes],
    [size, entry.bytes],
  ]);
}

/** The entry in the directory. @see APPNOTE 4.3.12 */
export function directoryHeader(entry: EntryFacts): Buffer {
  const name = Buffer.from(entry.path);
  const isZip64 = needsZip64(entry);
  const extra = Buffer.concat([extendedTime(entry.modifiedAt), isZip64 ? zip64Sizes(entry) : Buffer.alloc(0)]);
  const header = record([
    [4, 0x02014b50],
    [2, MADE_BY],
    [2, isZip64 ? ZIP64_VERSION : VERSION],
    [2, flagsOf(entry.isStreamed)],
    [2, DEFLATED],
    ...dosTime(entry.modifiedAt),
    [4, entry.crc32],
    [4, isZip64 ? IN_ZIP64_UINT32 : entry.compressedBytes],
    [4, isZip64 ? IN_ZIP64_UINT32 : entry.bytes],
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, FILE_MODE],
    [4, isZip64 ? IN_ZIP64_UINT32 : entry.offset],
  ]);
  return Buffer.concat([header, name, extra]);
}

/** What stands after the directory. @see APPNOTE 4.3.14 to 4.3.16 */
export function endOfDirectory(entries: number, offset: number, bytes: number): Buffer {
  const isZip64 = entries > MAX_ENTRIES || offset > MAX_UINT32 || bytes > MAX_UINT32;
  const zip64 = record([
    [4, 0x06064b50],
    [8, 44],
    [2, MADE_BY],
    [2, ZIP64_VERSION],
    [4, 0],
    [4, 0],
    [8, entries],
    [8, entries],
    [8, bytes],
    [8, offset],
    // Where the record above begins.
    [4, 0x07064b50],
    [4, 0],
    [8, offset + bytes],
    [4, 1],
  ]);
  const end = record([
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, isZip64 ? IN_ZIP64_UINT16 : entries],
    [2, isZip64 ? IN_ZIP64_UINT16 : entries],
    [4, isZip64 ? IN_ZIP64_UINT32 : bytes],
    [4, isZip64 ? IN_ZIP64_UINT32 : offset],
    [2, 0],
  ]);
  return isZip64 ? Buffer.concat([zip64, end]) : end;
}

function needsZip64({ compressedBytes, bytes, offset }: EntryFacts): boolean {
  return compressedBytes > MAX_UINT32 || bytes > MAX_UINT32 || offset > MAX_UINT32;
}

function flagsOf(isStreamed: boolean): number {
  return isStreamed ? NAMES_ARE_UTF8 | HAS_DESCRIPTOR : NAMES_ARE_UTF8;
}

/** @see APPNOTE 4.5.3 */
function zip64Sizes({ bytes, compressedBytes, offset }: EntryFacts): Buffer {
  return record([
    [2, 0x0001],
    [2, 24],
    [8, bytes],
    [8, compressedBytes],
    [8, offset],
  ]);
}

/** Seconds since 1970, and, as Info-ZIP does, the flags of two times for one. */
function extendedTime(time: number): Buffer {
  const field = Buffer.from([0x55, 0x54, 5, 0, 0b11, 0, 0, 0, 0]);
  field.writeInt32LE(Math.min(Math.floor(time / 1000), 2 ** 31 - 1), 5);
  return field;
}

/** Time and day in UTC, two seconds fine, from 1980 to 2107. */
function dosTime(time: number): readonly Field[] {
  const date = new Date(Math.min(Math.max(time, Date.UTC(1980)), Date.UTC(2108) - 1));
  return [
    [2, (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1)],
    [2, ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()],
  ];
}

/** The fields one after the other, lowest byte first. */
function record(fields: readonly Field[]): Buffer {
  const written = Buffer.alloc(fields.reduce((sum, [bytes]) => sum + bytes, 0));
  let offset = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 8) written.writeBigUInt64LE(BigInt(value), offset);
    else written.writeUIntLE(value, offset, bytes);
    offset += bytes;
  }
  return written;
}
