import { crc32 } from 'node:zlib';
import { isDelimited } from '../core/domain/delimited.ts';
import { ExportFailedError } from '../core/domain/errors.ts';
import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { PartRange, RangeResult } from '../core/domain/part-range.ts';
import type { ExportSource, KeyRange, RangeReader } from '../core/ports/export-source.ts';
import type { FileStore } from '../core/ports/file-store.ts';
import type { RangePlan, RangeStore } from '../core/ports/range-store.ts';
import { delimitedHeading } from '../formats/delimited.ts';
import { gzipHeader } from '../formats/gzip-member.ts';
import { GzipSegments } from '../formats/gzip-segments.ts';
import { partBytesFor } from './part-packer.ts';
import type { PartBuffers } from './parts-in-flight.ts';
import type { ProgressMeter } from './progress-meter.ts';
import { numbersPerSlice } from './range-numbers.ts';
import { RangeParts } from './range-parts.ts';
import { RangeSlices } from './range-slices.ts';

/** What a range is made of and with. */
export interface RangeWork {
  readonly ranges: RangeStore;
  readonly files: FileStore;
  readonly source: Pick<ExportSource, 'join'>;
  readonly plan: RangePlan;
  readonly exportPlan: ExportPlan;
  /** As its owner has taken it. */
  readonly range: PartRange;
  readonly owner: string;
  readonly meter: ProgressMeter;
  /** For one range after the other. */
  readonly buffers: PartBuffers;
  readonly signal: AbortSignal;
}

/** What has become of a range. */
export interface MadeRange {
  readonly result: RangeResult;
  /** The slice after the last it holds. */
  readonly to: number;
}

/**
 * Streams one slice of a range after the other into parts, for as long as there are slices that nobody has cut off.
 * @throws RunInterrupted lost; ExportFailedError and whatever source and storage throw
 */
export async function makeRange(work: RangeWork): Promise<MadeRange> {
  const { plan, exportPlan, range, meter, signal } = work;
  const { format, compression, maxFileBytes } = exportPlan.snapshot;
  if (!isDelimited(format)) throw new TypeError(`Ranges of ${format} make no file`);
  const upload = work.files.joinUpload(plan.key, plan.uploadId, signal);
  const parts = new RangeParts(upload, {
    slice: range.from,
    numbersPerSlice: numbersPerSlice(plan.slices.length),
    partBytes: partBytesFor(maxFileBytes),
    buffers: work.buffers,
  });
  let crc = 0;
  let bytes = 0;
  const store = async (data: Uint8Array) => {
    crc = crc32(data, crc);
    bytes += data.length;
    meter.addBytes(data.length);
    meter.waitingFor = 'storage';
    await parts.write(data);
    meter.waitingFor = 'source';
  };
  const segments = compression === 'gzip' ? new GzipSegments(store) : undefined;
  const write = segments ? (data: Uint8Array) => segments.write(data) : store;

  const slices = new RangeSlices(work);
  const reader = await work.source.join(exportPlan, plan.snapshotName, signal);
  try {
    if (range.from === 0) {
      if (segments) await store(gzipHeader);
      await write(delimitedHeading(exportPlan, format));
    }
    for await (const at of slices) {
      parts.beginSlice(at);
      await writeSlice(reader, plan.slices[at] ?? {}, meter, write);
    }
  } finally {
    await reader.close();
  }
  const { to } = slices;
  meter.waitingFor = 'storage';
  await segments?.flush();
  // After the last segment of a gzip member comes what ends it.
  await parts.end({ endsFile: to === plan.slices.length && segments === undefined });
  signal.throwIfAborted();
  const plain = segments && { plain: segments.plain };
  return { result: { rows: meter.rows, bytes, crc32: crc, ...plain, parts: upload.sent }, to };
}

async function writeSlice(
  reader: RangeReader,
  range: KeyRange,
  meter: ProgressMeter,
  write: (data: Uint8Array) => Promise<void>,
): Promise<void> {
  const stream = await reader.open(range);
  try {
    if (stream.kind !== 'bytes') throw new TypeError('Ranges are made of bytes');
    let rows = 0;
    for await (const chunk of stream.items) {
      rows += chunk.rows;
      meter.addRows(chunk.rows);
      await write(chunk.data);
    }
    if (rows !== stream.rowCount()) {
      const cause = new Error(`${rows} rows were written, but the source sent ${stream.rowCount()}`);
      throw new ExportFailedError('internal', { retryable: true, cause });
    }
  } finally {
    await stream.close();
  }
}
