import type { OpenBytes, OpenRows, OpenStream, RangeReader } from '../core/ports/export-source.ts';
import type { RangePlan } from '../core/ports/range-store.ts';
import type { RangeSlices } from './range-slices.ts';

/** All slices as one stream, at the snapshot as whoever took it named it; undefined when they have no rows. */
export async function openRange(
  reader: RangeReader,
  plan: RangePlan,
  slices: RangeSlices,
): Promise<OpenBytes | OpenRows | undefined> {
  const numbers = slices[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await numbers.next();
    return done ? undefined : reader.open(plan.slices[value] ?? {});
  };
  const first = await next();
  const { snapshot } = plan;
  if (first?.kind === 'bytes') {
    const joined = await joinedStream(
      first,
      async () => asBytes(await next()),
      ({ data }) => data.length,
    );
    return joined && { ...joined, snapshot, kind: 'bytes' };
  }
  if (first?.kind === 'rows') {
    const joined = await joinedStream(
      first,
      async () => asRows(await next()),
      ({ length }) => length,
    );
    return joined && { ...joined, snapshot, kind: 'rows' };
  }
  return undefined;
}

/** Streams one after the other as one; undefined when all of them are empty. */
async function joinedStream<Item>(
  first: OpenStream<Item>,
  next: () => Promise<OpenStream<Item> | undefined>,
  sizeOf: (item: Item) => number,
): Promise<OpenStream<Item> | undefined> {
  let rows = 0;
  let current: OpenStream<Item> | undefined = first;
  async function* all(): AsyncGenerator<Item> {
    for (; current !== undefined; current = await next()) {
      for await (const item of current.items) if (sizeOf(item) > 0) yield item;
      rows += current.rowCount();
      await current.close();
    }
  }
  const items = all();
  const head = await items.next();
  if (head.done) return undefined;
  async function* headAndRest(): AsyncGenerator<Item> {
    yield head.value;
    yield* items;
  }
  return {
    snapshot: first.snapshot,
    items: headAndRest(),
    rowCount: () => rows,
    close: async () => current?.close(),
  };
}

function asBytes(stream: OpenBytes | OpenRows | undefined): OpenBytes | undefined {
  if (stream?.kind === 'rows') throw new TypeError('A range is bytes and rows');
  return stream;
}

function asRows(stream: OpenBytes | OpenRows | undefined): OpenRows | undefined {
  if (stream?.kind === 'bytes') throw new TypeError('A range is rows and bytes');
  return stream;
}
