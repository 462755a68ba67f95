// @module-tag one-gzip-member

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compressed } from '../../formats/compression.ts';
import { gzipMembers, zstdFrames } from '../support/compressed-units.ts';
import { bytesOf } from '../support/written-files.ts';

async function* chunksOf(count: number, seen: { ended?: boolean; taken?: number } = {}) {
  try {
    for (let index = 0; index < count; index++) {
      seen.taken = index + 1;
      yield Buffer.from(`row ${index} ${'é'.repeat(index % 50)}\r\n`.repeat(100));
    }
  } finally {
    seen.ended = true;
  }
}

const decompress = { gzip: gunzipSync, zstd: zstdDecompressSync } as const;
const unitsOf = { gzip: gzipMembers, zstd: zstdFrames } as const;

describe.each(['gzip', 'zstd'] as const)('%s', (compression) => {
  test('holds the same bytes, and is smaller', async () => {
    const plain = await bytesOf(chunksOf(500));
    const stored = await bytesOf(compressed(chunksOf(500), compression));
    expect(decompress[compression](stored).equals(plain)).toBe(true);
    expect(stored.length).toBeLessThan(plain.length / 10);
  });

  test('is one unit, which is all that browsers and Node.js read', async () => {
    const stored = await bytesOf(compressed(chunksOf(2_000), compression));
    expect(unitsOf[compression](stored)).toBe(1);
    expect(unitsOf[compression](Buffer.concat([stored, stored]))).toBe(2);
  });

  test('of nothing is valid', async () => {
    const stored = await bytesOf(compressed(chunksOf(0), compression));
    expect(decompress[compression](stored)).toHaveLength(0);
    expect(unitsOf[compression](stored)).toBe(1);
  });

  test('needs no chunk any more once it asks for the next', async () => {
    const plain = await bytesOf(chunksOf(500));
    async function* lent() {
      for await (const chunk of chunksOf(500)) {
        yield chunk;
        chunk.fill(0);
      }
    }
    const stored = await bytesOf(compressed(lent(), compression));
    expect(decompress[compression](stored).equals(plain)).toBe(true);
  });

  test('passes the error of the rows on, and no end', async () => {
    const failure = new Error('the database went away');
    async function* failing() {
      yield* chunksOf(10);
      throw failure;
    }
    await expect(bytesOf(compressed(failing(), compression))).rejects.toBe(failure);
  });

  test('passes on an error that comes before the first byte', async () => {
    const failure = new Error('too early');
    // biome-ignore lint/correctness/useYield: it never comes to that
    async function* failing(): AsyncGenerator<Uint8Array> {
      throw failure;
    }
    await expect(bytesOf(compressed(failing(), compression))).rejects.toBe(failure);
  });

  test('ends the source when its consumer stops early', async () => {
    const seen: { ended?: boolean; taken?: number } = {};
    for await (const chunk of compressed(chunksOf(1_000_000, seen), compression)) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expect.poll(() => seen.ended).toBe(true);
    expect(seen.taken).toBeLessThan(100_000);
  });

  test('runs no further ahead of a slow consumer than its buffers', async () => {
    const chunkBytes = 65_536;
    let taken = 0;
    async function* noise() {
      for (;;) {
        taken += chunkBytes;
        yield randomBytes(chunkBytes);
      }
    }
    let given = 0;
    for await (const chunk of compressed(noise(), compression)) {
      given += chunk.length;
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      expect(taken - given).toBeLessThan(20 * chunkBytes);
      if (given > 100 * chunkBytes) break;
    }
  });

  test('rejects with the reason of an abort that ends the source', async () => {
    const controller = new AbortController();
    async function* aborted() {
      yield* chunksOf(1);
      queueMicrotask(() => controller.abort(new Error('cancelled')));
      await once(controller.signal, 'abort');
      controller.signal.throwIfAborted();
    }
    await expect(bytesOf(compressed(aborted(), compression))).rejects.toThrow('cancelled');
  });
});

test('no compression is the bytes themselves', () => {
  const bytes = chunksOf(1);
  expect(compressed(bytes, 'none')).toBe(bytes);
});

test('zstd is one frame also where its end meets the end of a buffer', async () => {
  // What cannot be compressed takes as many bytes as it has; buffers hold 16 KiB.
  const noise = randomBytes(17_000);
  for (let length = 16_354; length <= 16_394; length++) {
    async function* pieces() {
      yield noise.subarray(0, 5);
      yield noise.subarray(5, 9);
      yield noise.subarray(9, length);
    }
    const stored = await bytesOf(compressed(pieces(), 'zstd'));
    expect([length, zstdFrames(stored)]).toEqual([length, 1]);
    expect(zstdDecompressSync(stored).equals(noise.subarray(0, length))).toBe(true);
  }
});
