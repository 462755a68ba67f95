import { Readable } from 'node:stream';
import { constants, createGzip, createZstdCompress } from 'node:zlib';
import type { Compression } from '../core/domain/report.ts';

/** The fastest level of each: the next ones cost more time than the bytes they save. */
const LEVEL = 1;

/** The same bytes, compressed as one gzip member or one zstd frame: browsers and Node.js reject several. */
export function compressed(bytes: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'none':
      return bytes;
    case 'gzip':
      return through(bytes, createGzip({ level: LEVEL }));
    case 'zstd':
      return through(bytes, createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } }));
  }
}

/** An error of either side ends both. */
function through(bytes: AsyncIterable<Uint8Array>, transform: NodeJS.ReadWriteStream): AsyncIterable<Uint8Array> {
  return Readable.from(bytes).compose(transform) as AsyncIterable<Uint8Array>;
}
