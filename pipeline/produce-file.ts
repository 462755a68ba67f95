import { ExportFailedError } from '../core/domain/errors.ts';
import type { ExportPlan } from '../core/domain/export-plan.ts';
import type { DatabaseSnapshot } from '../core/ports/export-source.ts';
import type { PartUpload } from '../core/ports/file-store.ts';
import { FileDigest } from './file-digest.ts';
import { type FileStream, type FileStreamOptions, openFile } from './file-stream.ts';
import { PartPacker, partBytesFor } from './part-packer.ts';
import type { PartBuffers } from './parts-in-flight.ts';
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

/** One of the files of an export, complete in itself. */
export interface ProducedPartFile extends Omit<ProducedFile, 'snapshot'> {
  readonly key: string;
}

/** What is known of an export once all of its part files are stored. */
export interface ProducedPartFiles {
  readonly rows: number;
  readonly bytes: number;
  /** In file order; at least one. */
  readonly files: readonly ProducedPartFile[];
  readonly snapshot: DatabaseSnapshot;
}

/**
 * Streams source -> format -> compression -> checksums -> parts. Memory does not depend on the number of rows.
 * @throws ExportFailedError too_large as soon as the limit is passed; whatever source and storage throw
 */
export async function produceFile(
  plan: ExportPlan,
  options: FileStreamOptions & { readonly upload: Promise<PartUpload>; readonly buffers?: PartBuffers },
): Promise<ProducedFile> {
  return sendFile(await openFile(plan, options), { ...options, maxFileBytes: plan.snapshot.maxFileBytes });
}

/**
 * Streams a file that has been opened -> checksums -> parts, and closes it.
 * @throws ExportFailedError as {@link produceFile}
 */
export async function sendFile(
  stream: FileStream,
  options: Pick<FileStreamOptions, 'rowsExpected' | 'meter' | 'signal'> & {
    readonly upload: PartUpload | Promise<PartUpload>;
    readonly maxFileBytes: number;
    /** Those of an earlier file, if there was one. */
    readonly buffers?: PartBuffers;
  },
): Promise<ProducedFile> {
  const { meter, upload, signal, maxFileBytes } = options;
  const digest = new FileDigest();

  async function write(data: Uint8Array, packer: PartPacker): Promise<void> {
    digest.update(data);
    meter.addBytes(data.length);
    if (digest.bytes > maxFileBytes) {
      throw tooLarge({ maxFileBytes, bytes: digest.bytes, rows: meter.rows, rowsExpected: options.rowsExpected });
    }
    meter.waitingFor = 'storage';
    await packer.write(data);
    meter.waitingFor = 'source';
  }

  try {
    const packer = new PartPacker(await upload, partBytesFor(maxFileBytes), options.buffers);
    for await (const data of stream.items) await write(data, packer);
    meter.waitingFor = 'storage';
    // The database is done with, while the last parts are still on their way.
    await Promise.all([packer.end(), stream.close()]);
    signal.throwIfAborted();
    if (meter.rows !== stream.rowCount()) {
      const cause = new Error(`${meter.rows} rows were written, but the source sent ${stream.rowCount()}`);
      throw new ExportFailedError('internal', { retryable: true, cause });
    }
    meter.waitingFor = 'completion';
    return { ...digest.finish(), rows: meter.rows, parts: packer.parts, snapshot: stream.snapshot };
  } catch (error) {
    await stream.close();
    throw error;
  }
}
