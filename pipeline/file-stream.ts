import { isDelimited } from '../core/domain/delimited.ts';
import type { ExportPlan } from '../core/domain/export-plan.ts';
import type {
  ByteChunk,
  ExportSource,
  OpenBytes,
  OpenRows,
  OpenStream,
  RowBatch,
  SnapshotHolder,
} from '../core/ports/export-source.ts';
import { compressed } from '../formats/compression.ts';
import { type DeflateSegment, deflateSegment } from '../formats/deflate-segment.ts';
import { delimitedHeading } from '../formats/delimited.ts';
import { gzipMember } from '../formats/gzip-member.ts';
import { fileFormatOf } from '../formats/index.ts';
import { type Batch, OrderedRanges } from './ordered-ranges.ts';
import type { ProgressMeter } from './progress-meter.ts';
import type { RunLog } from './run-dependencies.ts';

/** So large that a range's query does not count, and so small that a few of them do not either, in memory. */
const RANGE_BYTES = 4 * 1024 * 1024;

/** Below this many rows a second connection costs more than it saves. */
const MIN_PARALLEL_ROWS = 50_000;

/** A file on its way from the source: its bytes, compressed, from the first to the last; rows are counted as they pass. */
export type FileStream = OpenStream<Uint8Array>;

export interface FileStreamOptions {
  readonly source: ExportSource;
  /** The most connections that one export may have. */
  readonly connections: number;
  readonly rowsExpected: number | undefined;
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal;
  readonly log: RunLog;
}

/**
 * The file of an export: read by several connections at once where that is worth it and the source itself writes the format,
 * else by one. It is the same file.
 * @throws ExportFailedError what the source throws
 */
export async function openFile(plan: ExportPlan, options: FileStreamOptions): Promise<FileStream> {
  const { source, connections, rowsExpected = 0, signal } = options;
  const isWorthIt = connections > 1 && rowsExpected >= MIN_PARALLEL_ROWS && isDelimited(plan.snapshot.format);
  const holder = isWorthIt ? await source.share(plan, signal) : undefined;
  if (holder === undefined) return oneStream(plan, await source.open(plan, signal), options.meter);
  try {
    const ranges = await holder.ranges(RANGE_BYTES);
    if (ranges.length > 1) return rangesStream(plan, holder, ranges, options);
    return { ...oneStream(plan, await holder.open({}), options.meter), close: () => holder.close() };
  } catch (error) {
    await holder.close();
    throw error;
  }
}

/** The file of what one reader reads, from its heading to its end. */
export function oneStream(plan: ExportPlan, stream: OpenBytes | OpenRows, meter: ProgressMeter): FileStream {
  return {
    snapshot: stream.snapshot,
    items: compressed(plainBytes(plan, stream, meter), plan.snapshot.compression),
    rowCount: () => stream.rowCount(),
    close: () => stream.close(),
  };
}

function rangesStream(
  plan: ExportPlan,
  holder: SnapshotHolder,
  ranges: Awaited<ReturnType<SnapshotHolder['ranges']>>,
  { source, connections, meter, signal, log }: FileStreamOptions,
): FileStream {
  const { compression } = plan.snapshot;
  const join = () => source.join(plan, holder.name, signal);
  const start = <Prepared>(prepare: (batch: Batch) => Promise<Prepared>) =>
    new OrderedRanges({ ranges, holder, readers: connections, join, prepare, log });
  const rest = (ordered: OrderedRanges<unknown>) => ({
    snapshot: holder.snapshot,
    rowCount: () => ordered.rowCount(),
    close: () => ordered.close(),
  });
  if (compression === 'gzip') {
    const ordered = start(async ({ data, rows }) => ({ segment: await deflateSegment(data), rows }));
    return { ...rest(ordered), items: gzipMember(segmentsOf(plan, ordered, meter)) };
  }
  const ordered = start(async (batch) => batch);
  return { ...rest(ordered), items: compressed(chunksOf(plan, ordered, meter), compression) };
}

async function* segmentsOf(
  plan: ExportPlan,
  ordered: AsyncIterable<{ readonly segment: DeflateSegment; readonly rows: number }>,
  meter: ProgressMeter,
) {
  yield await deflateSegment(headingOf(plan));
  for await (const { segment, rows } of ordered) {
    meter.addRows(rows);
    yield segment;
  }
}

async function* chunksOf(plan: ExportPlan, ordered: AsyncIterable<Batch>, meter: ProgressMeter) {
  yield headingOf(plan);
  for await (const { data, rows } of ordered) {
    meter.addRows(rows);
    yield data;
  }
}

function plainBytes(plan: ExportPlan, stream: OpenBytes | OpenRows, meter: ProgressMeter): AsyncIterable<Uint8Array> {
  if (stream.kind === 'bytes') return headed(headingOf(plan), stream.items, meter);
  const facts = { plan, snapshot: stream.snapshot };
  return fileFormatOf(plan.snapshot.format)(facts, countedRows(stream.items, meter));
}

function headingOf(plan: ExportPlan): Uint8Array {
  const { format } = plan.snapshot;
  if (!isDelimited(format)) throw new TypeError(`Bytes of ${format} need no heading`);
  return delimitedHeading(plan, format);
}

async function* countedRows(batches: AsyncIterable<RowBatch>, meter: ProgressMeter) {
  for await (const batch of batches) {
    meter.addRows(batch.length);
    yield batch;
  }
}

async function* headed(heading: Uint8Array, chunks: AsyncIterable<ByteChunk>, meter: ProgressMeter) {
  yield heading;
  for await (const chunk of chunks) {
    meter.addRows(chunk.rows);
    yield chunk.data;
  }
}
