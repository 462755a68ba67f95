import { ByteWriter, type ParquetWriter } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';

type FileMetadata = Parameters<typeof writeMetadata>[1];

/** What the file's metadata tells of a group of rows. */
export type GroupFacts = ParquetWriter['row_groups'][number];

/** `PAR1`, with which a file begins and ends. */
export const MAGIC = 0x31524150;
const LENGTH_BYTES = 4;
/** Struct, in Thrift's compact protocol: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */
const STRUCT = 12;
/** A list's header has room for the number of its elements up to this; it follows where it is larger. */
const MOST_IN_HEADER = 14;

const NO_ROWS: GroupFacts = { columns: [], total_byte_size: 0n, num_rows: 0n };

interface WithoutGroups {
  readonly bytes: Uint8Array;
  /** Where the list of groups would begin. */
  readonly listStart: number;
}

/**
 * A file's metadata, which stand at its end. What they tell of each group of rows is kept as the bytes that the file will have,
 * a tenth of what objects would take, and the library's own of all at once would come on top: a file has a group for every few
 * thousand rows. The library writes the metadata of one group at a time, and in the end those of none; where the list of
 * groups begins is where the two differ.
 */
export class Footer {
  readonly #facts: Pick<FileMetadata, 'schema' | 'created_by' | 'key_value_metadata'>;
  readonly #scratch = new ByteWriter();
  readonly #groups = new ByteWriter();
  /** What groups are told apart from. */
  readonly #empty: WithoutGroups;
  #count = 0;
  #rows = 0n;

  constructor(facts: Pick<FileMetadata, 'schema' | 'created_by' | 'key_value_metadata'>) {
    this.#facts = facts;
    this.#empty = this.#withoutGroups(0n);
  }

  add(group: GroupFacts): void {
    const bytes = this.#bytesOf(0n, [group]);
    const start = this.#empty.listStart + 1;
    this.#groups.appendBytes(bytes.subarray(start, start + bytes.length - this.#empty.bytes.length));
    this.#count += 1;
    this.#rows += group.num_rows;
  }

  /** Ends the file. */
  write(out: ByteWriter): void {
    const { bytes, listStart } = this.#withoutGroups(this.#rows);
    const start = out.offset;
    out.appendBytes(bytes.subarray(0, listStart));
    if (this.#count === 0) out.appendBytes(bytes.subarray(listStart, listStart + 1));
    else this.#writeListHeader(out);
    out.appendBytes(this.#groups.getBytes());
    out.appendBytes(bytes.subarray(listStart + 1, bytes.length - LENGTH_BYTES));
    out.appendUint32(out.offset - start);
    out.appendUint32(MAGIC);
  }

  #withoutGroups(rows: bigint): WithoutGroups {
    const bytes = new Uint8Array(this.#bytesOf(rows, []));
    const withGroup = this.#bytesOf(rows, [NO_ROWS]);
    return { bytes, listStart: bytes.findIndex((byte, index) => byte !== withGroup[index]) };
  }

  #writeListHeader(out: ByteWriter): void {
    const isLong = this.#count > MOST_IN_HEADER;
    out.appendUint8(((isLong ? MOST_IN_HEADER + 1 : this.#count) << 4) | STRUCT);
    if (isLong) out.appendVarInt(this.#count);
  }

  /** Valid until the next call. */
  #bytesOf(rows: bigint, groups: GroupFacts[]): Uint8Array {
    this.#scratch.index = 0;
    writeMetadata(this.#scratch, {
      ...this.#facts,
      version: 2,
      num_rows: rows,
      row_groups: groups,
      metadata_length: 0,
    });
    return this.#scratch.getBytes();
  }
}
