import { randomBytes } from 'node:crypto';
import { crc32, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeflateSegment, lastBlock } from '../../formats/deflate-segment.ts';
import { SegmentDeflater } from '../../formats/segment-deflater.ts';

/** All of them, by so many compressors in turns. */
async function segmentsOf(pieces: readonly Uint8Array[], compressors: number): Promise<DeflateSegment[]> {
  const deflaters = Array.from({ length: compressors }, () => new SegmentDeflater());
  const segments: (DeflateSegment | undefined)[] = [];
  for (const [index, piece] of [...pieces, ...deflaters.map(() => undefined)].entries()) {
    segments.push(await deflaters[index % compressors]?.exchange(piece));
  }
  for (const deflater of deflaters) deflater.close();
  return segments.filter((segment) => segment !== undefined);
}

test('what several compress in turns is one stream, and each segment can be read without those before it', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.string({ maxLength: 200 }).map((text) => Buffer.from(text.repeat(50))),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 3 }), async (pieces, compressors) => {
      const segments = await segmentsOf(pieces, compressors);
      const stream = Buffer.concat([...segments.map(({ data }) => data), lastBlock]);
      expect(inflateRawSync(stream).equals(Buffer.concat(pieces))).toBe(true);
      expect(segments.map(({ plainBytes }) => plainBytes)).toEqual(pieces.map(({ length }) => length));
      for (const [index, { data, crc32: checksum }] of segments.entries()) {
        const alone = inflateRawSync(Buffer.concat([data, lastBlock]));
        expect(alone.equals(pieces[index] ?? Buffer.alloc(0))).toBe(true);
        expect(checksum).toBe(crc32(alone));
      }
    }),
    { numRuns: 60 },
  );
});

test('a segment that does not compress has all of its bytes, however many', async () => {
  const pieces = [randomBytes(3_000_000), Buffer.from('short'), randomBytes(1_000_000)];
  const segments = await segmentsOf(pieces, 2);
  expect(segments.map(({ data }) => inflateRawSync(Buffer.concat([data, lastBlock])).length)).toEqual([
    3_000_000, 5, 1_000_000,
  ]);
});

test('a compressor that was closed fails whoever asks it for more', async () => {
  const deflater = new SegmentDeflater();
  deflater.close();
  await deflater.exchange(Buffer.from('late'));
  await expect(deflater.exchange(undefined)).rejects.toThrow();
});
