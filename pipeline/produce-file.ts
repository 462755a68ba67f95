import { isDelimited } from '../core/domain/delimited.ts';
import { ExportFailedError } from '../core/domain/errors.ts';
import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { DatabaseSnapshot, ExportSource } from '../core/ports/export-source.ts';
import type { PartUpload } from '../core/ports/file-store.ts';
import { delimitedHeading } from '../formats/delimited-heading.ts';
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
 * Streams source -> checksums -> parts. Memory does not depend on the number of rows.
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

  async function write(data: Uint8Array, rows: number): Promise<void> {
    digest.update(data);
    meter.add(rows, data.length);
    if (digest.bytes > maxFileBytes) {
      throw tooLarge({ maxFileBytes, bytes: digest.bytes, rows: meter.rows, rowsExpected: options.rowsExpected });
    }
    meter.waitingFor = 'storage';
    await packer.write(data);
    meter.waitingFor = 'source';
  }

  const stream = await options.source.openBytes(plan, signal);
  try {
    await write(heading(plan), 0);
    for await (const chunk of stream.items) await write(chunk.data, chunk.rows);
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

function heading({ report, snapshot }: ExportPlan): Uint8Array {
  const { format, compression, dialect, neutralizeFormulas } = snapshot;
  if (!isDelimited(format) || compression !== 'none') throw new TypeError(`Cannot write ${format}, ${compression}`);
  const headers = snapshot.columns.map((name) => report.columns[name]?.header ?? name);
  return delimitedHeading(headers, { format, dialect, neutralizeFormulas });
}
