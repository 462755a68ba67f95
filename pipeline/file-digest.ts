import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { encodeCrc32 } from '../core/domain/checksum.ts';

/** Size and checksums of a file, taken while it passes. */
export class FileDigest {
  readonly #sha256 = createHash('sha256');
  #crc32 = 0;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  update(data: Uint8Array): void {
    this.#sha256.update(data);
    this.#crc32 = crc32(data, this.#crc32);
    this.#bytes += data.length;
  }

  finish(): { bytes: number; sha256: string; crc32: string } {
    return { bytes: this.#bytes, sha256: this.#sha256.digest('hex'), crc32: encodeCrc32(this.#crc32) };
  }
}
