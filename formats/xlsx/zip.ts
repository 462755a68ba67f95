import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { dataDescriptor, directoryHeader, type EntryFacts, endOfDirectory, localHeader } from './zip-records.ts';

/** A file inside the archive. */
export interface ZipEntry {
  readonly path: string;
  /** Bytes hold until those after the next are asked for. */
  readonly content: string | AsyncIterable<Uint8Array>;
}

/** The lowest level: higher ones cost more time than the bytes they save. */
const LEVEL = 1;
/** Room for what comes of one chunk of a sheet, so that the compressor is called once for it. */
const OUTPUT_BYTES = 64 * 1024;

/**
 * The entries as one ZIP archive, ZIP64 where sizes ask for it. An entry is asked for only when the one before has been
 * taken. A consumer that stops ends them.
 *
 * Ours, because the libraries compute each checksum in JavaScript and copy what they are given several times: together
 * that took as long as making the sheet.
 * @param modifiedAt epoch milliseconds, of all entries
 */
export async function* zipped(entries: AsyncIterable<ZipEntry>, modifiedAt: number): AsyncGenerator<Uint8Array> {
  const directory: EntryFacts[] = [];
  let offset = 0;
  for await (const { path, content } of entries) {
    let entry: EntryFacts;
    if (typeof content === 'string') {
      const bytes = Buffer.from(content);
      const compressed = deflateRawSync(bytes, { level: LEVEL });
      const sizes = { crc32: crc32(bytes), compressedBytes: compressed.length, bytes: bytes.length };
      entry = { path, modifiedAt, isStreamed: false, ...sizes, offset };
      const written = Buffer.concat([localHeader(entry), compressed]);
      yield written;
      offset += written.length;
    } else {
      const streamed = { path, modifiedAt, isStreamed: true };
      const header = localHeader({ ...streamed, crc32: 0, compressedBytes: 0, bytes: 0 });
      yield header;
      entry = { ...streamed, ...(yield* deflated(content)), offset };
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

/** Compresses one chunk on a thread of its own while the next one is made. */
async function* deflated(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, Sizes> {
  const deflate = createDeflateRaw({ level: LEVEL, chunkSize: OUTPUT_BYTES });
  const sizes = { crc32: 0, compressedBytes: 0, bytes: 0 };
  let output: Uint8Array[] = [];
  deflate.on('data', (data: Uint8Array) => {
    output.push(data);
    sizes.compressedBytes += data.length;
  });
  const ended = new Promise<void>((resolve, reject) => {
    deflate.once('end', resolve);
    deflate.once('error', reject);
  });
  ended.catch(() => {});

  function* taken(): Generator<Uint8Array> {
    const ready = output;
    output = [];
    yield* ready;
  }

  try {
    let written: Promise<void> = Promise.resolve();
    for await (const chunk of content) {
      sizes.crc32 = crc32(chunk, sizes.crc32);
      sizes.bytes += chunk.length;
      await written;
      written = new Promise((resolve, reject) => {
        deflate.write(chunk, (error) => (error ? reject(error) : resolve()));
      });
      // Nobody looks at it before the next chunk has been made.
      written.catch(() => {});
      yield* taken();
    }
    deflate.end();
    await ended;
    yield* taken();
    return sizes;
  } finally {
    deflate.destroy();
  }
}
