import { crc32 } from 'node:zlib';
import { combineCrc32, encodeCrc32 } from '../core/domain/checksum.ts';
import { ExportFailedError } from '../core/domain/errors.ts';
import type { RangeResult, SentPart } from '../core/domain/part-range.ts';
import type { DatabaseSnapshot } from '../core/ports/export-source.ts';
import { gzipTrailer } from '../formats/gzip-member.ts';
import { completeUpload } from './complete-upload.ts';
import { FileDigest } from './file-digest.ts';
import type { ProducedFile } from './produce-file.ts';
import { LAST_PART_NUMBER } from './range-numbers.ts';
import type { RunDependencies } from './run-dependencies.ts';
import type { AttemptWork } from './run-export.ts';

/** Completes the upload with everybody's parts, and reads the object once: no SHA-256 can be made of those of parts. */
export async function putTogether(
  work: AttemptWork,
  snapshot: DatabaseSnapshot,
  results: readonly RangeResult[],
  { files }: RunDependencies,
): Promise<ProducedFile> {
  const { key, upload, meter, signal, completing } = work;
  const ending = await endOf(work, results, files);
  const pieces = ending ? [...results, ending] : results;
  const parts = pieces.flatMap((piece) => piece.parts);
  const { bytes, crc32 } = joined(pieces);
  const expected = { bytes, crc32: encodeCrc32(crc32) };
  meter.waitingFor = 'completion';
  signal.throwIfAborted();
  completing();
  await completeUpload(files, await upload, key, expected, parts);
  const digest = new FileDigest();
  for await (const data of files.read(key, signal)) digest.update(data);
  const read = digest.finish();
  if (read.bytes !== expected.bytes || read.crc32 !== expected.crc32) {
    const cause = new Error(`Read ${read.bytes} bytes, CRC32 ${read.crc32}; expected ${JSON.stringify(expected)}`);
    throw new ExportFailedError('storage_unavailable', { retryable: true, cause });
  }
  const rows = results.reduce((sum, result) => sum + result.rows, 0);
  return { ...expected, rows, sha256: read.sha256, parts: parts.length, snapshot };
}

interface Piece {
  readonly bytes: number;
  readonly crc32: number;
}

/** What ends a gzip member, as the last part of all: it needs to know of every range. Other files need no end. */
async function endOf(
  { plan, key, upload, signal }: AttemptWork,
  results: readonly RangeResult[],
  files: RunDependencies['files'],
): Promise<(Piece & { readonly parts: readonly SentPart[] }) | undefined> {
  if (plan.snapshot.compression !== 'gzip') return undefined;
  const plain = joined(results.flatMap((result) => result.plain ?? []));
  const trailer = gzipTrailer(plain.crc32, plain.bytes);
  const own = files.joinUpload(key, (await upload).id, signal);
  await own.part(LAST_PART_NUMBER, trailer);
  return { bytes: trailer.length, crc32: crc32(trailer), parts: own.sent };
}

/** Of all pieces, one after the other. */
function joined(pieces: readonly Piece[]): Piece {
  return pieces.reduce(
    (whole, { bytes, crc32 }) => ({
      bytes: whole.bytes + bytes,
      crc32: combineCrc32(whole.crc32, crc32, bytes),
    }),
    { bytes: 0, crc32: 0 },
  );
}
