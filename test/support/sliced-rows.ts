import type {
  ByteChunk,
  ExportSource,
  OpenBytes,
  OpenRows,
  RangeReader,
  RowBatch,
} from '../../core/ports/export-source.ts';
import type { SlicedSource } from './sliced-source.ts';

/** The rows of a sliced source as cells: a number that grows from each row to the next, and the name of its slice. */
export function slicedRows(source: SlicedSource): ExportSource {
  const reader = <Reader extends RangeReader>(bytes: Reader): Reader => ({
    ...bytes,
    open: async (range) => rowsOf(await bytes.open(range)),
  });
  return {
    measure: () => source.measure(),
    openRows: () => source.openRows(),
    open: async (plan, signal) => rowsOf(await source.open(plan, signal)),
    share: async (plan, signal) => {
      const holder = await source.share(plan, signal);
      return holder && reader(holder);
    },
    join: async (plan, name, signal) => reader(await source.join(plan, name, signal)),
  };
}

function rowsOf(stream: OpenBytes | OpenRows): OpenRows {
  if (stream.kind === 'rows') return stream;
  return { ...stream, kind: 'rows', items: cellsOf(stream.items) };
}

async function* cellsOf(chunks: AsyncIterable<ByteChunk>): AsyncGenerator<RowBatch> {
  for await (const { data } of chunks) {
    const [slice, row] = Buffer.from(data.subarray(0, 32)).toString().split(/[,;]/);
    yield [[String(Number(slice) * 1_000_000 + Number(row)), `slice ${slice}`]];
    yield [];
  }
}
