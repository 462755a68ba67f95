import * as fc from 'fast-check';
import { snappyUncompress } from 'hyparquet';
import { expect, test } from 'vitest';
import { mostSnappyBytes, snappy } from '../../../formats/parquet/snappy.ts';

/** The bytes, compressed and read again by a decoder of others. */
function there(input: Uint8Array): { readonly compressed: number; readonly back: Uint8Array } {
  const room = mostSnappyBytes(input.length);
  const out = new Uint8Array(room + 1).fill(0xaa);
  const length = snappy(input, input.length, out);
  expect(length).toBeLessThanOrEqual(room);
  expect(out[room]).toBe(0xaa);
  const back = new Uint8Array(input.length);
  snappyUncompress(out.subarray(0, length), back);
  return { compressed: length, back };
}

test('any bytes come back, repeated or not, near or far', () => {
  const piece = fc.uint8Array({ maxLength: 100 });
  const bytes = fc
    .array(fc.tuple(piece, fc.integer({ min: 1, max: 40 })), { maxLength: 12 })
    .map((pieces) => Buffer.concat(pieces.flatMap(([part, times]) => Array<Uint8Array>(times).fill(part))));
  fc.assert(
    fc.property(bytes, (input) => {
      expect(Buffer.from(there(input).back).equals(input)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.each([0, 1, 3, 4, 60, 61, 256, 257, 65_536, 65_537, 16_777_217])(
  '%i bytes that hardly repeat come back',
  (length) => {
    const input = new Uint8Array(length);
    for (let index = 0, seed = 1; index < length; index += 1) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      input[index] = seed >>> 24;
    }
    expect(Buffer.from(there(input).back).equals(input)).toBe(true);
  },
);

test.each([64, 65, 66, 67, 68, 127, 128, 1000])('a match of %i bytes is cut into copies', (length) => {
  const input = new Uint8Array([1, ...Array<number>(length).fill(0), 2]);
  const { back, compressed } = there(input);
  expect(back).toEqual(input);
  expect(compressed).toBeLessThan(12 + (3 * length) / 60);
});

test('matches beyond the window are not referred to', () => {
  const input = Buffer.concat([
    Buffer.from('needle in a haystack'),
    Buffer.alloc(70_000),
    Buffer.from('needle in a haystack'),
  ]);
  expect(Buffer.from(there(input).back).equals(input)).toBe(true);
});
