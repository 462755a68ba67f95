import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file inside the archive. */
export interface ZipEntry {
  readonly path: string;
  readonly content: string | AsyncIterable<Uint8Array>;
}

/**
 * The entries as one ZIP archive, ZIP64 where sizes ask for it. An entry is asked for only when the one before has been
 * taken. An error of the entries reaches the consumer, and a consumer that stops ends them.
 * @param modifiedAt epoch milliseconds, of all entries
 */
export async function* zipped(entries: AsyncIterable<ZipEntry>, modifiedAt: number): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.once('error', (error) => output.destroy(error));
  addEntries(zip, output, entries, new Date(modifiedAt)).catch((error) => output.destroy(error));
  yield* output;
}

async function addEntries(zip: ZipFile, output: Readable, entries: AsyncIterable<ZipEntry>, mtime: Date) {
  // The lowest level: higher ones cost more time than the bytes they save.
  const options = { mtime, compressionLevel: 1 };
  for await (const { path, content } of entries) {
    if (output.destroyed) return;
    if (typeof content === 'string') {
      zip.addBuffer(Buffer.from(content), path, options);
    } else {
      // Counted in bytes, so that little is made before it is taken.
      const source = Readable.from(content, { objectMode: false });
      const stop = () => source.destroy();
      output.once('close', stop);
      zip.addReadStream(source, path, options);
      await finished(source);
      output.off('close', stop);
    }
  }
  zip.end();
}
