// @module-tag workbook-limits

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type Entry, fromBufferPromise, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { CHUNKS_IN_USE, zipped } from '../../../formats/xlsx/zip.ts';
import { dataDescriptor, directoryHeader, type EntryFacts, endOfDirectory } from '../../../formats/xlsx/zip-records.ts';
import { bytesOf } from '../../support/written-files.ts';

const modifiedAt = Date.UTC(2024, 4, 6, 7, 8, 10);

async function entriesOf(archive: ZipFile): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of archive.eachEntry()) entries.push(entry);
  return entries;
}

describe('an archive', () => {
  it('is read by others: its entries, when they were made, and what they hold', async () => {
    const parts = [Buffer.alloc(300_000, 'a'), Buffer.from('b'), Buffer.alloc(300_000, 'c')];
    async function* entries() {
      yield { path: 'first.xml', content: 'known before' };
      yield { path: 'zweite/ä.xml', content: Readable.from(parts) };
      yield { path: 'empty.xml', content: Readable.from([]) };
    }
    const archive = await fromBufferPromise(await bytesOf(zipped(entries(), modifiedAt)), { autoClose: false });
    const read = [];
    for (const entry of await entriesOf(archive)) {
      expect(entry.getLastModDate()).toEqual(new Date(modifiedAt));
      const content = await buffer(await archive.openReadStreamPromise(entry));
      expect(entry.uncompressedSize).toBe(content.length);
      read.push([entry.fileName, content]);
    }
    expect(read).toEqual([
      ['first.xml', Buffer.from('known before')],
      ['zweite/ä.xml', Buffer.concat(parts)],
      ['empty.xml', Buffer.alloc(0)],
    ]);
  });

  it('may use a chunk again once as many are asked for after it as are in use', async () => {
    const chunks = Array.from({ length: CHUNKS_IN_USE }, () => Buffer.alloc(100_000));
    async function* content() {
      for (let count = 0; count < 50; count += 1) yield (chunks[count % chunks.length] ?? Buffer.alloc(0)).fill(count);
    }
    async function* entries() {
      yield { path: 'sheet.xml', content: content() };
    }
    const archive = await fromBufferPromise(await bytesOf(zipped(entries(), modifiedAt)), { autoClose: false });
    const [entry] = await entriesOf(archive);
    if (entry === undefined) throw new Error('no entry');
    const read = await buffer(await archive.openReadStreamPromise(entry));
    const expected = Array.from({ length: 50 }, (_, count) => Buffer.alloc(100_000, count));
    expect(read.equals(Buffer.concat(expected))).toBe(true);
  });
});

/** An archive of which there is only the end. */
class EndOfArchive extends RandomAccessReader {
  readonly #from: number;
  readonly #bytes: Buffer;

  constructor(from: number, bytes: Buffer) {
    super();
    this.#from = from;
    this.#bytes = bytes;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from([this.#bytes.subarray(start - this.#from, end - this.#from)]);
  }
}

describe('what is beyond 4 GiB', () => {
  const sizes = { modifiedAt, isStreamed: true, crc32: 0xdead_beef };
  const facts: readonly EntryFacts[] = [
    { ...sizes, path: 'small', bytes: 7, compressedBytes: 9, offset: 0 },
    { ...sizes, path: 'long', bytes: 5_000_000_001, compressedBytes: 12, offset: 100 },
    { ...sizes, path: 'at the bound', bytes: 2 ** 32 - 1, compressedBytes: 12, offset: 1000 },
    { ...sizes, path: 'long even so', bytes: 6_000_000_001, compressedBytes: 5_000_000_003, offset: 2000 },
    { ...sizes, path: 'late', bytes: 1, compressedBytes: 3, offset: 5_000_004_000 },
  ];

  it('is found by others', async () => {
    const offset = 5_000_005_000;
    const directory = Buffer.concat(facts.map(directoryHeader));
    const end = Buffer.concat([directory, endOfDirectory(facts.length, offset, directory.length)]);
    // Readers look for the end in as many bytes.
    const before = Buffer.alloc(70_000);
    const reader = new EndOfArchive(offset - before.length, Buffer.concat([before, end]));
    const archive = await fromRandomAccessReaderPromise(reader, offset + end.length, { autoClose: false });
    const found = (await entriesOf(archive)).map((entry) => ({
      ...sizes,
      crc32: entry.crc32,
      path: entry.fileName,
      bytes: entry.uncompressedSize,
      compressedBytes: entry.compressedSize,
      offset: entry.relativeOffsetOfLocalHeader,
    }));
    expect(found).toEqual(facts);
  });

  it('alone is written in ZIP64, which not every program takes', () => {
    const needing = facts.filter((entry) => directoryHeader(entry).includes(Buffer.from([1, 0, 24, 0])));
    expect(needing.map(({ path }) => path)).toEqual(['long', 'at the bound', 'long even so', 'late']);
    expect(facts.map((entry) => dataDescriptor(entry).length)).toEqual([16, 24, 24, 24, 24]);
    expect(endOfDirectory(5, 2 ** 32 - 2, 500)).toHaveLength(22);
    expect(endOfDirectory(5, 2 ** 32 - 1, 500)).toHaveLength(22 + 56 + 20);
  });
});
