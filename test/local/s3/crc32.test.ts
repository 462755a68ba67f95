import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { crc32Base64 } from '../../../local/s3/crc32.ts';

it('writes a checksum as four big-endian bytes in base64', () => {
  expect(crc32Base64(crc32(Buffer.from('hello')))).toBe('NhCmhg==');
  expect(crc32Base64(1)).toBe('AAAAAQ==');
});
