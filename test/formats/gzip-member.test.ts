// @module-tag one-gzip-member
// @module-tag parallel-ranges

import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeflateSegment, deflateSegment } from '../../formats/deflate-segment.ts';
import { gzipMember } from '../../formats/gzip-member.ts';
import { gzipMembers } from '../support/compressed-units.ts';
import { bytesOf } from '../support/written-files.ts';

async function* segmentsOf(pieces: readonly Uint8Array[]): AsyncGenerator<DeflateSegment> {
  for (const piece of pieces) yield deflateSegment(piece);
}

async function browserReads(stored: Buffer): Promise<Buffer> {
  const stream = new Blob([new Uint8Array(stored)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return Buffer.from(await new Response(stream).arrayBuffer());
}

test('segments compressed apart are one member that every reader takes', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 2000 }),
    fc.string({ maxLength: 200 }).map((text) => Buffer.from(text.repeat(50))),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const stored = await bytesOf(gzipMember(segmentsOf(pieces)));
      const plain = Buffer.concat(pieces);
      expect(gunzipSync(stored).equals(plain)).toBe(true);
      expect((await browserReads(stored)).equals(plain)).toBe(true);
      expect(gzipMembers(stored)).toBe(1);
    }),
    { numRuns: 60 },
  );
});

test('a segment gives its memory back once the next is asked for, and not before', async () => {
  const piece = randomBytes(100_000);
  const chunks: Uint8Array[] = [];
  const kept = () => chunks.filter(({ length }) => length > 0).length;
  const large: number[] = [];
  const stored: Buffer[] = [];
  for await (const chunk of gzipMember(segmentsOf([piece, piece, piece]))) {
    stored.push(Buffer.from(chunk));
    if (chunk.length < piece.length) continue;
    expect(kept()).toBe(0);
    chunks.push(chunk);
    large.push(chunk.length);
  }
  expect(large).toHaveLength(3);
  expect(kept()).toBe(0);
  expect(gunzipSync(Buffer.concat(stored)).equals(Buffer.concat([piece, piece, piece]))).toBe(true);
});

test('a segment that is missing, or comes twice, is noticed by the reader', async () => {
  const [first, second] = [await deflateSegment(Buffer.from('first')), await deflateSegment(Buffer.from('second'))];
  async function* forged() {
    yield first;
    yield { ...second, data: first.data };
  }
  const stored = await bytesOf(gzipMember(forged()));
  expect(() => gunzipSync(stored)).toThrow('incorrect data check');
});
