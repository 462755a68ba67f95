import type { Transform } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { Compression } from '../core/domain/report.ts';

/** The fastest level of each: the next ones cost more time than the bytes they save. */
const LEVEL = 1;

/**
 * The same bytes, compressed as one gzip member or one zstd frame: browsers and Node.js reject several. A chunk of `bytes` need
 * hold only until the next one is asked for.
 */
export function compressed(bytes: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'none':
      return bytes;
    case 'gzip':
      return through(bytes, createGzip({ level: LEVEL }));
    case 'zstd':
      return oneFrame(through(bytes, createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } })));
  }
}

/** An error of either side ends both. */
async function* through(bytes: AsyncIterable<Uint8Array>, transform: Transform): AsyncGenerator<Uint8Array> {
  void feed(transform, bytes);
  yield* transform as AsyncIterable<Uint8Array>;
}

/** Asks for a chunk only when nothing of the one before is needed any more: whoever gives them may use its memory again. */
async function feed(transform: Transform, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of bytes) await taken(transform, chunk);
    transform.end();
  } catch (error) {
    transform.destroy(error as Error);
  }
}

function taken(transform: Transform, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    transform.write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

/** A frame without content, as Node.js writes it. */
const emptyFrame = Buffer.from('28b52ffd2000010000', 'hex');
/** One for ending while a write is queued, one for ending exactly where a buffer does. */
const MAX_SURPLUS_FRAMES = 2;

/**
 * Takes away the empty frames that Node.js may append. A frame of text cannot end like one: these bytes are not UTF-8.
 * @see https://github.com/nodejs/node/issues/66078
 */
async function* oneFrame(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const heldBytes = (1 + MAX_SURPLUS_FRAMES) * emptyFrame.length;
  let held = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const known = Buffer.concat([held, chunk]);
    const given = Math.max(known.length - heldBytes, 0);
    if (given > 0) yield known.subarray(0, given);
    held = known.subarray(given);
  }
  while (held.length > emptyFrame.length && held.subarray(-emptyFrame.length).equals(emptyFrame)) {
    held = held.subarray(0, -emptyFrame.length);
  }
  yield held;
}
