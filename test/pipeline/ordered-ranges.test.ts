// @module-tag parallel-ranges

import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExportFailedError } from '../../core/domain/errors.ts';
import type { ByteChunk, KeyRange, RangeReader } from '../../core/ports/export-source.ts';
import { type Batch, OrderedRanges } from '../../pipeline/ordered-ranges.ts';
import { lentChunks } from '../support/lent-chunks.ts';

const MEBIBYTE = 1024 * 1024;
const broken = () => new ExportFailedError('source_unavailable', { retryable: true });

/** The chunks of a range: its number, a letter a chunk. */
type Script = (range: number, reader: number) => AsyncIterable<Buffer>;

/** Readers that follow a script, and what they were seen to do. */
class Readers {
  readonly #script: Script;
  /** Ranges that have been opened, in that order. */
  readonly opened: number[] = [];
  joined = 0;
  closed = 0;
  refuseToJoin = false;

  constructor(script: Script) {
    this.#script = script;
  }

  readonly join = async (): Promise<RangeReader> => {
    if (this.refuseToJoin) throw broken();
    this.joined += 1;
    return this.reader();
  };

  reader(): RangeReader {
    const number = this.joined;
    const snapshot = { takenAt: 0 };
    let isClosed = false;
    return {
      snapshot,
      open: async ({ from = '0' }: KeyRange) => {
        this.opened.push(Number(from));
        const script = this.#script(Number(from), number);
        let rows = 0;
        async function* items(): AsyncGenerator<ByteChunk> {
          for await (const data of script) {
            if (isClosed) throw new Error('closed');
            rows += 1;
            yield { data, rows: 1 };
          }
        }
        return { kind: 'bytes', snapshot, items: lentChunks(items()), rowCount: () => rows, close: async () => {} };
      },
      close: async () => {
        if (!isClosed) this.closed += 1;
        isClosed = true;
      },
    };
  }
}

function ordered(readers: Readers, count: number, at = 3): OrderedRanges<Batch> {
  return new OrderedRanges({
    ranges: Array.from({ length: count }, (_, from) => ({ from: String(from) })),
    holder: readers.reader(),
    readers: at,
    join: readers.join,
    prepare: async (batch) => batch,
    log: { info: () => {}, warn: () => {} },
  });
}

async function textOf(ranges: OrderedRanges<Batch>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const { data } of ranges) pieces.push(Uint8Array.from(data));
  return Buffer.concat(pieces).toString();
}

/** Two chunks for each range, whose readers take turns at random. */
function script(delays: readonly number[] = []): Script {
  return async function* (range) {
    await sleep(delays[range % delays.length] ?? 0);
    yield Buffer.from(`${range}a `);
    await sleep(delays[(range + 1) % delays.length] ?? 0);
    yield Buffer.from(`${range}b `);
  };
}

const whole = (count: number) => Array.from({ length: count }, (_, range) => `${range}a ${range}b `).join('');

describe('ranges', () => {
  test('come in their order, however long each takes and however many read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 7 }),
        async (count, at, delays) => {
          const readers = new Readers(script(delays));
          const ranges = ordered(readers, count, at);
          expect(await textOf(ranges)).toBe(whole(count));
          expect(ranges.rowCount()).toBe(count * 2);
          expect(readers.opened.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, n) => n));
          await ranges.close();
          expect(readers.closed).toBe(readers.joined + 1);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('are read no further ahead than one for each reader', async () => {
    const readers = new Readers(script());
    const ranges = ordered(readers, 50, 3);
    let taken = 0;
    for await (const _ of ranges) {
      await sleep(2);
      expect(Math.max(...readers.opened)).toBeLessThanOrEqual(taken + 4);
      taken += 1;
    }
    await ranges.close();
  });

  test('that are large wait for their turn, and hold no more than a little', async () => {
    let given = 0;
    const readers = new Readers(async function* (range) {
      for (let chunk = 0; chunk < 40; chunk += 1) {
        given += 1;
        yield Buffer.alloc(MEBIBYTE, range);
      }
    });
    const ranges = ordered(readers, 4, 2);
    let taken = 0;
    let mostHeld = 0;
    const order: number[] = [];
    for await (const { data } of ranges) {
      await sleep(5);
      taken += data.length / MEBIBYTE;
      mostHeld = Math.max(mostHeld, given - taken);
      order.push(data[0] ?? -1);
    }
    await ranges.close();
    expect(taken).toBe(160);
    expect(mostHeld).toBeLessThan(40);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});

describe('batches', () => {
  /** Each chunk has a number of its own. */
  function numbered(chunks: number, bytes: number): Script {
    return async function* (range) {
      for (let chunk = 0; chunk < chunks; chunk += 1) yield Buffer.alloc(bytes, range * chunks + chunk);
    };
  }

  test('take turns in the same few buffers, which nobody has to have seen the end of', async () => {
    const ranges = ordered(new Readers(numbered(2, 1_000)), 40, 2);
    const buffers = new Set<ArrayBufferLike>();
    const first: number[] = [];
    for await (const { data } of ranges) {
      await sleep(1);
      buffers.add(data.buffer);
      first.push(data[0] ?? -1, data[1_000] ?? -1);
    }
    await ranges.close();
    expect(first).toEqual(Array.from({ length: 80 }, (_, chunk) => chunk));
    expect(buffers.size).toBeLessThanOrEqual(6);
  });

  test('hold chunks of any size', async () => {
    const ranges = ordered(new Readers(numbered(3, 7 * MEBIBYTE)), 3, 2);
    const found: number[] = [];
    let bytes = 0;
    for await (const { data } of ranges) {
      for (let at = 0; at < data.length; at += 7 * MEBIBYTE)
        found.push(data[at] ?? -1, data[at + 7 * MEBIBYTE - 1] ?? -1);
      bytes += data.length;
    }
    await ranges.close();
    expect(bytes).toBe(9 * 7 * MEBIBYTE);
    expect(found).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8]);
  });
});

describe('a reader that breaks', () => {
  /** Breaks at these ranges, as often as they are named, after their first chunk. */
  function breakingAt(places: number[], error = broken): Script {
    return async function* (range) {
      yield Buffer.from(`${range}a `);
      const index = places.indexOf(range);
      if (index >= 0) {
        places.splice(index, 1);
        throw error();
      }
      yield Buffer.from(`${range}b `);
    };
  }

  test('is followed by another, which reads its range again', async () => {
    const readers = new Readers(breakingAt([0, 3, 3, 7]));
    const ranges = ordered(readers, 8);
    expect(await textOf(ranges)).toBe(whole(8));
    expect(ranges.rowCount()).toBe(16);
    expect(readers.joined).toBeGreaterThanOrEqual(2 + 3);
    await ranges.close();
  });

  test('leaves its range to the others when none can join any more', async () => {
    const readers = new Readers(async function* (range, reader) {
      yield Buffer.from(`${range}a `);
      if (range === 1) readers.refuseToJoin = true;
      if (reader === 0 && range > 1) throw broken();
      await sleep(1);
      yield Buffer.from(`${range}b `);
    });
    const ranges = ordered(readers, 9);
    expect(await textOf(ranges)).toBe(whole(9));
    await ranges.close();
  });

  test('goes on alone where nobody can join at all', async () => {
    const readers = new Readers(script());
    readers.refuseToJoin = true;
    const ranges = ordered(readers, 5);
    expect(await textOf(ranges)).toBe(whole(5));
    await ranges.close();
  });

  test.each<[string, Script]>([
    ['the range breaks every time', breakingAt([2, 2, 2])],
    ['trying again would not help', breakingAt([2], () => new ExportFailedError('invalid_data', { retryable: false }))],
    [
      'nobody is left',
      async function* (range) {
        yield Buffer.from(`${range}`);
        throw broken();
      },
    ],
  ])('ends the file where %s', async (_, given) => {
    const readers = new Readers(given);
    const ranges = ordered(readers, 6);
    await expect(textOf(ranges)).rejects.toBeInstanceOf(ExportFailedError);
    await ranges.close();
    expect(readers.closed).toBe(readers.joined + 1);
  });

  test('ends the file where something of its range was given out already', async () => {
    const readers = new Readers(async function* () {
      for (let chunk = 0; chunk < 20; chunk += 1) yield Buffer.alloc(MEBIBYTE);
      await sleep(20);
      throw broken();
    });
    const ranges = ordered(readers, 1);
    await expect(textOf(ranges)).rejects.toThrow('source_unavailable');
    expect(readers.opened).toEqual([0]);
    await ranges.close();
  });
});

test('closing ends all readers, and what is being read', async () => {
  const readers = new Readers(async function* (range) {
    yield Buffer.from(`${range}`);
    await sleep(20);
    yield Buffer.from('never taken');
  });
  const ranges = ordered(readers, 9);
  const reading = textOf(ranges);
  reading.catch(() => {});
  await sleep(5);
  await ranges.close();
  expect(readers.closed).toBe(readers.joined + 1);
  expect(readers.opened.length).toBeLessThan(9);
});

test('what cannot be prepared ends the file', async () => {
  const readers = new Readers(script());
  const ranges = new OrderedRanges({
    ranges: [{ from: '0' }, { from: '1' }],
    holder: readers.reader(),
    readers: 2,
    join: readers.join,
    prepare: async () => {
      throw new Error('no memory');
    },
    log: { info: () => {}, warn: () => {} },
  });
  await expect(textOf(ranges as never)).rejects.toThrow('no memory');
  await ranges.close();
});
