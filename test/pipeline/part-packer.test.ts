// @module-tag worker-memory

import { expect, test, vi } from 'vitest';
import { PartPacker } from '../../pipeline/part-packer.ts';
import { PartBuffers } from '../../pipeline/parts-in-flight.ts';

const PART_BYTES = 16;

/** The parts of a file, and the memory that each was sent from. */
async function packed(text: string, buffers: PartBuffers) {
  const parts: string[] = [];
  const memory = new Set<ArrayBufferLike>();
  const upload = {
    async part(_: number, body: Uint8Array) {
      memory.add(body.buffer);
      await Promise.resolve();
      parts.push(Buffer.from(body).toString());
    },
  };
  const packer = new PartPacker(upload, PART_BYTES, buffers);
  await packer.write(Buffer.from(text));
  await packer.end();
  expect(packer.parts).toBe(parts.length);
  return { parts, memory };
}

test('one file after the other is sent from the same memory, and nothing of the one before is in it', async () => {
  const buffers = new PartBuffers();
  const first = await packed('a'.repeat(3 * PART_BYTES + 5), buffers);
  const second = await packed('b'.repeat(PART_BYTES + 2), buffers);
  expect(first.parts).toEqual([...Array(3).fill('a'.repeat(PART_BYTES)), 'aaaaa']);
  expect(second.parts).toEqual(['b'.repeat(PART_BYTES), 'bb']);
  expect([...second.memory].filter((each) => !first.memory.has(each))).toEqual([]);
});

test('what ends where a part does takes no memory for another, and what is empty takes none', async () => {
  const buffers = new PartBuffers();
  const take = vi.spyOn(buffers, 'take');
  expect((await packed('', buffers)).parts).toEqual([]);
  expect(take).not.toHaveBeenCalled();
  expect((await packed('c'.repeat(PART_BYTES), buffers)).parts).toEqual(['c'.repeat(PART_BYTES)]);
  expect(take).toHaveBeenCalledTimes(1);
});
