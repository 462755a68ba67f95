import { createHash } from 'node:crypto';
import { ProblemError } from '../domain/errors.ts';
import type { ExportFile, ExportRecord } from '../domain/export-record.ts';
import { type PartFilesWaybill, waybillSchema } from '../domain/waybill.ts';
import type { FileStore } from '../ports/file-store.ts';

/** One object, which can be downloaded as it is. */
export interface ChosenFile extends Pick<ExportFile, 'name' | 'key' | 'bytes' | 'sha256'> {
  /** Which of several it is; absent when there is one. */
  readonly of?: { readonly part: number; readonly partFiles: number };
}

/**
 * The object that is meant: the export's file, or one of its part files as the manifest names it.
 * @param part which of several files, from 1; may be left out where there is one
 * @throws ProblemError part_required | validation_failed (there is no such part)
 * @throws Error when the manifest is not the one that was recorded
 */
export async function chosenFile(
  files: FileStore,
  record: ExportRecord,
  file: ExportFile,
  part: number | undefined,
): Promise<ChosenFile> {
  const { partFiles } = file;
  if (part !== undefined && part > (partFiles ?? 1)) throw noSuchPart(part, partFiles ?? 1);
  if (partFiles === undefined) return file;
  // The only one there is needs no choice.
  const number = part ?? (partFiles === 1 ? 1 : undefined);
  if (number === undefined) throw partRequired(record, partFiles);

  const listed = (await partFilesOf(files, file)).at(number - 1);
  if (listed === undefined) throw new Error(`the waybill at ${file.waybillKey} does not list part ${number}`);
  const { name, key, bytes, sha256 } = listed;
  return { name, key, bytes, sha256, of: { part: number, partFiles } };
}

async function partFilesOf(files: FileStore, { waybillKey, sha256 }: ExportFile): Promise<PartFilesWaybill['files']> {
  const text = await files.readText(waybillKey);
  if (text === undefined) throw new Error(`the waybill is missing at ${waybillKey}`);
  if (createHash('sha256').update(text).digest('hex') !== sha256) {
    throw new Error(`the waybill at ${waybillKey} is not the one that was recorded`);
  }
  const waybill = waybillSchema.parse(JSON.parse(text));
  if (waybill.schemaVersion !== 2) throw new Error(`the waybill at ${waybillKey} lists no part files`);
  return waybill.files;
}

function partRequired(record: ExportRecord, partFiles: number): ProblemError {
  return new ProblemError(
    'part_required',
    `This export is ${partFiles} files. Say which one: part=1 to ${partFiles}; its waybill lists them.`,
    { extensions: { exportId: record.id, reportTitle: record.snapshot.report.title, partFiles } },
  );
}

function noSuchPart(part: number, partFiles: number): ProblemError {
  const message = partFiles === 1 ? 'must be 1: this export is one file' : `must be from 1 to ${partFiles}`;
  return new ProblemError('validation_failed', `There is no part ${part} of this export.`, {
    issues: [{ pointer: '/part', message }],
  });
}
