import { decodeCrc32 } from '../core/domain/checksum.ts';
import { attemptPrefix, partFileKey } from '../core/domain/file-keys.ts';
import { contentTypeOf, extensionOf } from '../core/domain/file-types.ts';
import type { OpenBytes, OpenRows } from '../core/ports/export-source.ts';
import { completeUpload } from './complete-upload.ts';
import { oneStream } from './file-stream.ts';
import type { MadeRange, RangeWork } from './make-range.ts';
import { type ProducedFile, sendFile } from './produce-file.ts';
import { RangeSlices } from './range-slices.ts';
import { openRange } from './range-stream.ts';

/**
 * Makes a file of its own of a range's slices, complete with its heading or footer, in an upload of its own. A range
 * without rows makes none.
 * @throws RunInterrupted lost; ExportFailedError and whatever source and storage throw
 */
export async function makePartFile(work: RangeWork): Promise<MadeRange> {
  const { source, plan, exportPlan, signal } = work;
  const slices = new RangeSlices(work);
  const reader = await source.join(exportPlan, plan.snapshotName, signal);
  try {
    const stream = await openRange(reader, plan, slices);
    if (stream === undefined) return { result: { rows: 0, bytes: 0, crc32: 0, parts: [] }, to: slices.to };
    const { key, file } = await storeFile(work, stream);
    const { rows, bytes, sha256, parts } = file;
    const result = { rows, bytes, crc32: decodeCrc32(file.crc32), parts: [], file: { key, sha256, parts } };
    return { result, to: slices.to };
  } finally {
    await reader.close();
  }
}

async function storeFile(
  { files, plan, exportPlan, range, owner, meter, buffers, signal }: RangeWork,
  stream: OpenBytes | OpenRows,
): Promise<{ readonly key: string; readonly file: ProducedFile }> {
  const { accountId, snapshot } = exportPlan;
  const { maxFileBytes, retentionDays } = snapshot;
  const prefix = attemptPrefix({ accountId, exportId: plan.exportId }, plan.attempt, plan.claim);
  const key = partFileKey(prefix, { slice: range.from, owner, extension: extensionOf(snapshot) });
  const upload = await files.beginUpload(key, { contentType: contentTypeOf(snapshot), retentionDays });
  signal.addEventListener('abort', () => void upload.abort(), { once: true });
  try {
    signal.throwIfAborted();
    const options = { upload, meter, buffers, signal, maxFileBytes, rowsExpected: undefined };
    const file = await sendFile(oneStream(exportPlan, stream, meter), options);
    await completeUpload(files, upload, key, file);
    return { key, file };
  } catch (error) {
    await upload.abort();
    // It may be there, if the answer to its completion was lost. What stays in spite of this the sweeper removes.
    await files.remove([key]).catch(() => {});
    throw error;
  }
}
