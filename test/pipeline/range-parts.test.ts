import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { MIN_PART_BYTES } from '../../core/domain/part-range.ts';
import { PartBuffers } from '../../pipeline/parts-in-flight.ts';
import { LAST_PART_NUMBER, MAX_SLICES, numbersPerSlice, sliceBytesFor } from '../../pipeline/range-numbers.ts';
import { RangeParts } from '../../pipeline/range-parts.ts';

const MEBIBYTE = 1024 * 1024;
const PART_BYTES = 8 * MEBIBYTE;

function packer(options: { slice?: number; numbersPerSlice?: number } = {}) {
  const sent = new Map<number, Buffer>();
  const upload = {
    part: async (number: number, body: Uint8Array) => {
      if (sent.has(number)) throw new Error(`${number} was sent twice`);
      sent.set(number, Buffer.from(body));
    },
  };
  const parts = new RangeParts(upload, { slice: 0, numbersPerSlice: 100, partBytes: PART_BYTES, ...options });
  return { sent, parts };
}

const bytes = (length: number) => Buffer.alloc(length, 'abcdefg');

describe('the parts of a range', () => {
  test.each([
    ['just enough for one', MIN_PART_BYTES, 1],
    ['a part', PART_BYTES, 1],
    ['a byte less than a part with what is held back', PART_BYTES + MIN_PART_BYTES - 1, 1],
    ['a part with what is held back', PART_BYTES + MIN_PART_BYTES, 2],
    ['many', 40 * MEBIBYTE + 3, 5],
  ])('of %s are none of them short, and together all of it', async (_, length, count) => {
    const { sent, parts } = packer();
    const all = bytes(length);
    for (let from = 0; from < length; from += 1_000_003) await parts.write(all.subarray(from, from + 1_000_003));
    expect(await parts.end({ endsFile: false })).toBe(true);
    expect([...sent.keys()]).toEqual(Array.from({ length: count }, (_, index) => index + 1));
    for (const part of sent.values()) expect(part.length).toBeGreaterThanOrEqual(MIN_PART_BYTES);
    expect(Buffer.concat([...sent.values()]).equals(all)).toBe(true);
  });

  test('are none where all is too short, unless it ends the file', async () => {
    for (const [length, endsFile, wasSent] of [
      [MIN_PART_BYTES - 1, false, false],
      [MIN_PART_BYTES - 1, true, true],
      [0, false, true],
      [0, true, true],
    ] as const) {
      const { sent, parts } = packer();
      await parts.write(bytes(length));
      expect(await parts.end({ endsFile })).toBe(wasSent);
      expect(sent.size).toBe(wasSent && length > 0 ? 1 : 0);
    }
  });

  test('have the numbers of their slices and no others', async () => {
    const { sent, parts } = packer({ slice: 3, numbersPerSlice: 10 });
    await parts.write(bytes(20 * MEBIBYTE));
    parts.beginSlice(4);
    await parts.write(bytes(20 * MEBIBYTE));
    await parts.end({ endsFile: false });
    expect([...sent.keys()].toSorted((a, b) => a - b)[0]).toBe(31);
    expect(Math.max(...sent.keys())).toBeLessThanOrEqual(50);
  });

  test('grow when the numbers of a slice run low', async () => {
    const { sent, parts } = packer({ numbersPerSlice: 4 });
    await parts.write(bytes(75 * MEBIBYTE));
    await parts.end({ endsFile: false });
    expect(sent.size).toBeLessThanOrEqual(4);
    expect(Math.max(...[...sent.values()].map(({ length }) => length))).toBeGreaterThan(2 * PART_BYTES);
  });

  test('run out of numbers rather than use somebody else’s', async () => {
    const { sent, parts } = packer({ numbersPerSlice: 2 });
    const writing = async () => {
      for (let mebibytes = 0; mebibytes < 200; mebibytes += 10) await parts.write(bytes(10 * MEBIBYTE));
    };
    await expect(writing()).rejects.toThrow('There are no part numbers after 2');
    expect(Math.max(...sent.keys())).toBe(2);
  });

  test('fail as the upload does', async () => {
    const upload = { part: async () => Promise.reject(new Error('no such upload')) };
    const parts = new RangeParts(upload, { slice: 0, numbersPerSlice: 100, partBytes: PART_BYTES });
    await parts.write(bytes(MIN_PART_BYTES));
    await expect(parts.end({ endsFile: false })).rejects.toThrow('no such upload');
  });
});

test('one range after the other is packed in the same memory, which nothing is written to before it has arrived', async () => {
  const buffers = new PartBuffers();
  const memory = new Set<ArrayBufferLike>();
  const upload = {
    part: async (_: number, body: Uint8Array) => {
      memory.add(body.buffer);
      const before = Buffer.from(body);
      await setImmediate();
      expect(before.equals(body)).toBe(true);
    },
  };
  for (let slice = 0; slice < 5; slice += 1) {
    const parts = new RangeParts(upload, { slice, numbersPerSlice: 100, partBytes: PART_BYTES, buffers });
    for (let part = 0; part < 5; part += 1) await parts.write(Buffer.alloc(PART_BYTES, part));
    await parts.end({ endsFile: false });
  }
  expect(memory.size).toBeLessThanOrEqual(4);
});

test('a file as large as its limit has numbers for twice its parts, and slices that are longer than a part must be', () => {
  for (const maxFileBytes of [50_000_000, 5_000_000_000, 80_000_000_000]) {
    const sliceBytes = sliceBytesFor({ maxFileBytes, compression: 'none' });
    const slices = Math.ceil(maxFileBytes / sliceBytes);
    expect(slices).toBeLessThanOrEqual(1_000);
    expect(sliceBytes).toBeGreaterThan(3 * MIN_PART_BYTES);
    expect(numbersPerSlice(slices) * PART_BYTES).toBeGreaterThan(2 * sliceBytes * 0.49);
  }
});

test('a slice is longer than a part must be when compressed to a sixth', () => {
  const sliceBytes = sliceBytesFor({ maxFileBytes: 50_000_000, compression: 'gzip' });
  expect(sliceBytes / 6).toBeGreaterThan(MIN_PART_BYTES);
});

test('no slice has the last number of all', () => {
  for (const slices of [2, 100, 999, MAX_SLICES]) {
    expect(numbersPerSlice(slices) * slices).toBeLessThan(LAST_PART_NUMBER);
  }
});
