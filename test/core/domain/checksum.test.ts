import { crc32 } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { combineCrc32, decodeCrc32, encodeCrc32 } from '../../../core/domain/checksum.ts';

it('combines the checksums of two pieces into that of both', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
      const combined = combineCrc32(crc32(first), crc32(second), second.length);
      expect(combined).toBe(crc32(Buffer.concat([first, second])));
    }),
  );
});

it('combines across a length above 2^32 bits', () => {
  const zeros = Buffer.alloc(1024 ** 2);
  const repeats = 600;
  let expected = crc32(Buffer.from('start'));
  for (let i = 0; i < repeats; i++) expected = crc32(zeros, expected);
  let ofZeros = 0;
  for (let i = 0; i < repeats; i++) ofZeros = crc32(zeros, ofZeros);
  expect(combineCrc32(crc32(Buffer.from('start')), ofZeros, repeats * zeros.length)).toBe(expected);
});

it('writes a checksum as four big-endian bytes in base64', () => {
  expect(encodeCrc32(crc32(Buffer.from('hello')))).toBe('NhCmhg==');
  expect(encodeCrc32(1)).toBe('AAAAAQ==');
  fc.assert(
    fc.property(fc.nat(0xffff_ffff), (value) => {
      expect(decodeCrc32(encodeCrc32(value))).toBe(value);
    }),
  );
});
