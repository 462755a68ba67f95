import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combineCrc32 } from '../../../core/domain/checksum.ts';
import { combineCrc32 as combineAsStorage } from '../../../local/s3/crc32.ts';

test('the CRC32 of a whole is that of its halves combined', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.uint8Array({ maxLength: 5_000 }), (a, b) => {
      expect(combineCrc32(crc32(a), crc32(b), b.length)).toBe(crc32(Buffer.concat([a, b])));
    }),
  );
});

test('of terabytes it is what the local storage, which has its own way, makes of them', () => {
  const checksum = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(checksum, checksum, fc.integer({ min: 0, max: 2 ** 44 }), (a, b, length) => {
      expect(combineCrc32(a, b, length)).toBe(combineAsStorage(a, b, length));
    }),
  );
});
