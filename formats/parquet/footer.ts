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

/**
 * A file's metadata, which stand at its end. What they tell of each group of rows is kept as the bytes that the file will have,
 * a tenth of what objects would take, and the library's own of all at once would come on top: a file has a group for every few
 * thousand rows. The library writes the metadata of one group at a time, and in the end those of none; where the list of
 * groups begins is where the two differ.
 */
export class Footer {
  readonly #facts: Omit<FileMetadata, 'num_rows' | 'row_groups'>;
  readonly #bare: Omit<FileMetadata, 'row_groups'>;
  readonly #scratch = new ByteWriter();
  readonly #groups = new ByteWriter();
  /** Of the metadata that a group is written with, until their list of groups. */
  readonly #head: number;
  /** Of the same with no group at all. */
  readonly #without: number;
  #count = 0;
  #rows = 0n;

  constructor(facts: Pick<FileMetadata, 'schema' | 'created_by' | 'key_value_metadata'>) {
    this.#facts = { version: 2, ...facts, metadata_length: 0 };
    this.#bare = { version: 2, schema: facts.schema, num_rows: 0n, metadata_length: 0 };
    const without = new Uint8Array(this.#bytesOf({ ...this.#bare, row_groups: [] }));
    this.#without = without.length;
    this.#head = listStart(without, this.#bytesOf({ ...this.#bare, row_groups: [NO_ROWS] }));
  }

  add(group: GroupFacts): void {
    const bytes = this.#bytesOf({ ...this.#bare, row_groups: [group] });
    const start = this.#head + 1;
    this.#groups.appendBytes(bytes.subarray(start, start + bytes.length - this.#without));
    this.#count += 1;
    this.#rows += group.num_rows;
  }

  /** Ends the file. */
  write(out: ByteWriter): void {
    const facts = { ...this.#facts, num_rows: this.#rows };
    const without = new Uint8Array(this.#bytesOf({ ...facts, row_groups: [] }));
    const head = listStart(without, this.#bytesOf({ ...facts, row_groups: [NO_ROWS] }));
    const start = out.offset;
    out.appendBytes(without.subarray(0, head));
    if (this.#count === 0) out.appendBytes(without.subarray(head, head + 1));
    else this.#writeListHeader(out);
    out.appendBytes(this.#groups.getBytes());
    out.appendBytes(without.subarray(head + 1, without.length - LENGTH_BYTES));
    out.appendUint32(out.offset - start);
    out.appendUint32(MAGIC);
  }

  #writeListHeader(out: ByteWriter): void {
    const isLong = this.#count > MOST_IN_HEADER;
    out.appendUint8(((isLong ? MOST_IN_HEADER + 1 : this.#count) << 4) | STRUCT);
    if (isLong) out.appendVarInt(this.#count);
  }

  /** Valid until the next call. */
  #bytesOf(metadata: FileMetadata): Uint8Array {
    this.#scratch.index = 0;
    writeMetadata(this.#scratch, metadata);
    return this.#scratch.getBytes();
  }
}

const NO_ROWS: GroupFacts = { columns: [], total_byte_size: 0n, num_rows: 0n };

function listStart(without: Uint8Array, withGroup: Uint8Array): number {
  return without.findIndex((byte, index) => byte !== withGroup[index]);
}
