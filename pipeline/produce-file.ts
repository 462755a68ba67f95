import { isDelimited } from '../core/domain/delimited.ts';
import { ExportFailedError } from '../core/domain/errors.ts';
import type { ExportPlan } from '../core/domain/export-plan.ts';
import type {
  ByteChunk,
  DatabaseSnapshot,
  ExportSource,
  OpenBytes,
  OpenRows,
  RowBatch,
} from '../core/ports/export-source.ts';
import type { PartUpload } from '../core/ports/file-store.ts';
import { compressed } from '../formats/compression.ts';
import { delimitedHeading } from '../formats/delimited.ts';
import { fileFormatOf } from '../formats/index.ts';
import { FileDigest } from './file-digest.ts';
import { PartPacker, partBytesFor } from './part-packer.ts';
import type { ProgressMeter } from './progress-meter.ts';
import { tooLarge } from './too-large.ts';

/** What is known of a file once all of its parts have been sent. */
export interface ProducedFile {
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
  /** Of the whole file, base64. */
  readonly crc32: string;
  readonly parts: number;
  readonly snapshot: DatabaseSnapshot;
}

/**
 * Streams source -> format -> compression -> checksums -> parts. Memory does not depend on the number of rows.
 * @param rowsExpected only for the words of a failure
 * @throws ExportFailedError too_large as soon as the limit is passed; whatever source and storage throw
 */
export async function produceFile(
  plan: ExportPlan,
  options: {
    readonly source: ExportSource;
    readonly upload: PartUpload;
    readonly meter: ProgressMeter;
    readonly rowsExpected: number | undefined;
    readonly signal: AbortSignal;
  },
): Promise<ProducedFile> {
  const { meter, upload, signal } = options;
  const { maxFileBytes } = plan.snapshot;
  const digest = new FileDigest();
  const packer = new PartPacker(upload, partBytesFor(maxFileBytes));

  async function write(data: Uint8Array): Promise<void> {
    digest.update(data);
    meter.addBytes(data.length);
    if (digest.bytes > maxFileBytes) {
      throw tooLarge({ maxFileBytes, bytes: digest.bytes, rows: meter.rows, rowsExpected: options.rowsExpected });
    }
    meter.waitingFor = 'storage';
    await packer.write(data);
    meter.waitingFor = 'source';
  }

  const stream = await options.source.open(plan, signal);
  try {
    const bytes = compressed(fileBytes(plan, stream, meter), plan.snapshot.compression);
    for await (const data of bytes) await write(data);
    meter.waitingFor = 'storage';
    await packer.end();
    signal.throwIfAborted();
    if (meter.rows !== stream.rowCount()) {
      const cause = new Error(`${meter.rows} rows were written, but the source sent ${stream.rowCount()}`);
      throw new ExportFailedError('internal', { retryable: true, cause });
    }
    meter.waitingFor = 'completion';
    return { ...digest.finish(), rows: meter.rows, parts: packer.parts, snapshot: stream.snapshot };
  } finally {
    await stream.close();
  }
}

/** The file before compression; rows are counted as they pass. */
function fileBytes(plan: ExportPlan, stream: OpenBytes | OpenRows, meter: ProgressMeter): AsyncIterable<Uint8Array> {
  const { format } = plan.snapshot;
  if (stream.kind === 'rows') {
    return fileFormatOf(format)({ plan, snapshot: stream.snapshot }, countedRows(stream.items, meter));
  }
  if (!isDelimited(format)) throw new TypeError(`Bytes of ${format} need no heading`);
  return headed(delimitedHeading(plan, format), stream.items, meter);
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
