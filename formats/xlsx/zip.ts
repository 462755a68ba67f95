import { crc32, deflateRawSync } from 'node:zlib';
import { combineCrc32 } from '../../core/domain/checksum.ts';
import { FASTEST_LEVEL, lastBlock } from '../deflate-segment.ts';
import { SegmentDeflater } from '../segment-deflater.ts';
import { dataDescriptor, directoryHeader, type EntryFacts, endOfDirectory, localHeader } from './zip-records.ts';

/** A file inside the archive. */
export interface ZipEntry {
  readonly path: string;
  /** A chunk holds until so many have been asked for after it as {@link CHUNKS_IN_USE} says. */
  readonly content: string | AsyncIterable<Uint8Array>;
}

/** One is made while the others are compressed: enough that nobody waits for a thread that others keep waiting, and little to hold. */
export const CHUNKS_IN_USE = 4;

/**
 * The entries as one ZIP archive, ZIP64 where sizes ask for it. An entry is asked for only when the one before has been
 * taken. A consumer that stops ends them.
 *
 * Ours, because the libraries compute each checksum in JavaScript and copy what they are given several times: together
 * that took as long as making the sheet.
 * @param modifiedAt epoch milliseconds, of all entries
 */
export async function* zipped(entries: AsyncIterable<ZipEntry>, modifiedAt: number): AsyncGenerator<Uint8Array> {
  const deflaters = Array.from({ length: CHUNKS_IN_USE - 1 }, () => new SegmentDeflater());
  try {
    yield* archived(entries, modifiedAt, deflaters);
  } finally {
    for (const deflater of deflaters) deflater.close();
  }
}

async function* archived(
  entries: AsyncIterable<ZipEntry>,
  modifiedAt: number,
  deflaters: readonly SegmentDeflater[],
): AsyncGenerator<Uint8Array> {
  const directory: EntryFacts[] = [];
  let offset = 0;
  for await (const { path, content } of entries) {
    let entry: EntryFacts;
    if (typeof content === 'string') {
      const bytes = Buffer.from(content);
      const compressed = deflateRawSync(bytes, { level: FASTEST_LEVEL });
      const sizes = { crc32: crc32(bytes), compressedBytes: compressed.length, bytes: bytes.length };
      entry = { path, modifiedAt, isStreamed: false, ...sizes, offset };
      const written = Buffer.concat([localHeader(entry), compressed]);
      yield written;
      offset += written.length;
    } else {
      const streamed = { path, modifiedAt, isStreamed: true };
      const header = localHeader({ ...streamed, crc32: 0, compressedBytes: 0, bytes: 0 });
      yield header;
      entry = { ...streamed, ...(yield* deflated(content, deflaters)), offset };
      const descriptor = dataDescriptor(entry);
      yield descriptor;
      offset += header.length + entry.compressedBytes + descriptor.length;
    }
    directory.push(entry);
  }
  const headers = Buffer.concat(directory.map(directoryHeader));
  yield headers;
  yield endOfDirectory(directory.length, offset, headers.length);
}

type Sizes = Pick<EntryFacts, 'crc32' | 'compressedBytes' | 'bytes'>;

/** Compresses a few chunks on threads of their own while the next one is made. */
async function* deflated(
  content: AsyncIterable<Uint8Array>,
  deflaters: readonly SegmentDeflater[],
): AsyncGenerator<Uint8Array, Sizes> {
  const sizes = { crc32: 0, compressedBytes: lastBlock.length, bytes: 0 };
  const turns = inTurns(deflaters);

  async function* finished(chunk?: Uint8Array): AsyncGenerator<Uint8Array> {
    const segment = await turns.next().value.exchange(chunk);
    if (segment === undefined) return;
    sizes.crc32 = combineCrc32(sizes.crc32, segment.crc32, segment.plainBytes);
    sizes.bytes += segment.plainBytes;
    sizes.compressedBytes += segment.data.length;
    yield segment.data;
  }

  for await (const chunk of content) yield* finished(chunk);
  for (const _ of deflaters) yield* finished();
  yield lastBlock;
  return sizes;
}

/** The same ones again and again. */
function* inTurns<Item>(items: readonly Item[]): Generator<Item, never> {
  for (;;) yield* items;
}
