import type { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { GrowingBytes } from '../growing-bytes.ts';
import type { GroupFacts } from './footer.ts';
import { packBits, writeBitPacked, writeRun } from './levels.ts';
import type { ParquetColumn } from './parquet-column.ts';
import { mostSnappyBytes, snappy } from './snappy.ts';
import { ValueDictionary } from './value-dictionary.ts';

/** What the file's metadata tells of a column in a group of rows. */
export type ChunkFacts = GroupFacts['columns'][number];

/** Of a column that had long texts, once its group is written. */
const KEPT_BYTES = 1024 * 1024;

/** Where pages are made, one after the other. */
export class PageScratch {
  readonly levels = new GrowingBytes();
  readonly page = new GrowingBytes();
  readonly compressed = new GrowingBytes();
}

/** The values of one column in a group of rows, until they are written. */
export class ColumnChunk {
  readonly #column: ParquetColumn;
  readonly #values = new GrowingBytes();
  readonly #dictionary: ValueDictionary;
  /** By row, 1 for a value and 0 for NULL. */
  readonly #present: Uint8Array;
  #rows = 0;
  #nulls = 0;

  constructor(column: ParquetColumn, maxRows: number) {
    this.#column = column;
    this.#dictionary = new ValueDictionary(maxRows);
    this.#present = new Uint8Array(maxRows);
  }

  addNull(): void {
    this.#present[this.#rows] = 0;
    this.#rows += 1;
    this.#nulls += 1;
  }

  /** False for a cell that the type cannot hold. */
  add(source: Uint8Array, start: number, end: number): boolean {
    const from = this.#values.used;
    if (!this.#column.write(source, start, end, this.#values)) return false;
    this.#present[this.#rows] = 1;
    this.#rows += 1;
    if (this.#column.element.type !== 'BOOLEAN') this.#dictionary.add(this.#values, from, this.#values.used);
    return true;
  }

  /** Writes the column's pages, and forgets its values. */
  write(out: ByteWriter, scratch: PageScratch): ChunkFacts {
    const start = out.offset;
    const statistics = this.#statistics();
    const hasDictionary = this.#isWorthDictionary();
    let uncompressed = hasDictionary ? this.#writeDictionary(out, scratch) : 0;
    const dataStart = out.offset;
    uncompressed += this.#writeData(out, scratch, hasDictionary);
    const { type = 'BYTE_ARRAY', name } = this.#column.element;
    const facts: ChunkFacts = {
      file_offset: BigInt(start),
      meta_data: {
        type,
        encodings: hasDictionary ? dictionaryEncodings : plainEncodings,
        path_in_schema: [name],
        codec: 'SNAPPY',
        num_values: BigInt(this.#rows),
        total_uncompressed_size: BigInt(uncompressed),
        total_compressed_size: BigInt(out.offset - start),
        data_page_offset: BigInt(dataStart),
        ...(hasDictionary && { dictionary_page_offset: BigInt(start) }),
        statistics,
      },
    };
    this.#clear();
    return facts;
  }

  get #count(): number {
    return this.#rows - this.#nulls;
  }

  /** With its numbers it must at least halve the plain values. */
  #isWorthDictionary(): boolean {
    const { isComplete, size, bytes } = this.#dictionary;
    if (!isComplete || size === 0) return false;
    return 2 * (bytes + (this.#count * bitWidthOf(size)) / 8) <= this.#values.used;
  }

  #writeDictionary(out: ByteWriter, { page, compressed }: PageScratch): number {
    const { size, starts, lengths } = this.#dictionary;
    page.clear(KEPT_BYTES);
    page.reserve(this.#dictionary.bytes);
    for (let index = 0; index < size; index += 1) {
      const start = starts[index] ?? 0;
      page.bytes.set(this.#values.bytes.subarray(start, start + (lengths[index] ?? 0)), page.used);
      page.used += lengths[index] ?? 0;
    }
    compress(page, compressed);
    const start = out.offset;
    writePageHeader(out, {
      type: 'DICTIONARY_PAGE',
      uncompressed_page_size: page.used,
      compressed_page_size: compressed.used,
      dictionary_page_header: { num_values: size, encoding: 'PLAIN' },
    });
    const headerBytes = out.offset - start;
    out.appendBytes(compressed.written());
    return headerBytes + page.used;
  }

  #writeData(out: ByteWriter, scratch: PageScratch, hasDictionary: boolean): number {
    const { levels, compressed } = scratch;
    levels.clear(KEPT_BYTES);
    if (this.#nulls === 0 || this.#count === 0) writeRun(this.#count === 0 ? 0 : 1, this.#rows, 1, levels);
    else writeBitPacked(this.#present, this.#rows, 1, levels);
    const body = this.#pageBody(scratch.page, hasDictionary);
    compress(body, compressed);
    const start = out.offset;
    writePageHeader(out, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: levels.used + body.used,
      compressed_page_size: levels.used + compressed.used,
      data_page_header_v2: {
        num_values: this.#rows,
        num_nulls: this.#nulls,
        num_rows: this.#rows,
        encoding: hasDictionary ? 'RLE_DICTIONARY' : 'PLAIN',
        definition_levels_byte_length: levels.used,
        repetition_levels_byte_length: 0,
        is_compressed: true,
      },
    });
    const headerBytes = out.offset - start;
    out.appendBytes(levels.written());
    out.appendBytes(compressed.written());
    return headerBytes + levels.used + body.used;
  }

  #pageBody(page: GrowingBytes, hasDictionary: boolean): GrowingBytes {
    if (hasDictionary) {
      page.clear(KEPT_BYTES);
      const { size, indexes } = this.#dictionary;
      const bitWidth = bitWidthOf(size);
      page.bytes[0] = bitWidth;
      page.used = 1;
      if (size === 1) writeRun(0, this.#count, bitWidth, page);
      else writeBitPacked(indexes, this.#count, bitWidth, page);
      return page;
    }
    if (this.#column.element.type !== 'BOOLEAN') return this.#values;
    page.clear(KEPT_BYTES);
    packBits(this.#values.bytes, this.#count, 1, page);
    return page;
  }

  /** The least and the greatest value, of which each distinct one is looked at. */
  #statistics() {
    const { physical } = this.#column;
    const values = this.#values;
    const { isComplete, size, starts } = this.#dictionary;
    let [least, greatest] = [-1, -1];
    const look = (position: number) => {
      if (physical.isOrdered?.(values, position) === false) return;
      if (least === -1 || physical.compare(values, position, least) < 0) least = position;
      if (greatest === -1 || physical.compare(values, position, greatest) > 0) greatest = position;
    };
    if (isComplete && size > 0) for (let index = 0; index < size; index += 1) look(starts[index] ?? 0);
    else {
      for (let position = 0; position < values.used; ) {
        look(position);
        position += physical.bytes ?? 4 + values.view.getInt32(position, true);
      }
    }
    const known = least !== -1 && {
      min_value: withoutSignOfZero(physical.valueAt(values, least), -0),
      max_value: withoutSignOfZero(physical.valueAt(values, greatest), 0),
    };
    return { null_count: BigInt(this.#nulls), ...known };
  }

  #clear(): void {
    this.#values.clear(KEPT_BYTES);
    this.#dictionary.clear();
    this.#rows = 0;
    this.#nulls = 0;
  }
}

const plainEncodings: ('PLAIN' | 'RLE' | 'RLE_DICTIONARY')[] = ['PLAIN'];
const dictionaryEncodings: ('PLAIN' | 'RLE' | 'RLE_DICTIONARY')[] = ['PLAIN', 'RLE_DICTIONARY'];

/** The least zero has a minus and the greatest has none, whichever the column has. */
function withoutSignOfZero<Value>(value: Value, zero: number): Value | number {
  return value === 0 ? zero : value;
}

function bitWidthOf(values: number): number {
  return Math.ceil(Math.log2(values));
}

function compress(page: GrowingBytes, compressed: GrowingBytes): void {
  compressed.clear(KEPT_BYTES);
  compressed.reserve(mostSnappyBytes(page.used));
  compressed.used = snappy(page.bytes, page.used, compressed.bytes);
}
