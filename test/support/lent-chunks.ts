import type { ByteChunk } from '../../core/ports/export-source.ts';

/** The same chunks, each in memory that is written over as soon as the next one is asked for. */
export async function* lentChunks(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<ByteChunk> {
  for await (const { data, rows } of chunks) {
    const lent = Uint8Array.from(data);
    yield { data: lent, rows };
    lent.fill(0);
  }
}
