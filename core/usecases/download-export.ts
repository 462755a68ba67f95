import { ProblemError } from '../domain/errors.ts';
import type { ExportFile, ExportRecord } from '../domain/export-record.ts';
import { contentTypeOf } from '../domain/file-types.ts';
import { effectiveStatus } from '../domain/lifecycle.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { FileStore } from '../ports/file-store.ts';
import type { Rollout } from '../ports/rollout.ts';
import type { Caller } from './caller.ts';
import { readableExport } from './readable-export.ts';

/** How long a presigned URL lives: enough to start a download, too short to be passed on. */
const PRESIGNED_URL_SECONDS = 60;

export interface DownloadDeps {
  readonly store: ExportStore;
  readonly files: FileStore;
  readonly rollout: Rollout;
  readonly clock: Clock;
}

/**
 * A short-lived URL of the file, counted and audited.
 * @throws ProblemError downloads_disabled | not_found | permission_revoked | not_ready | file_expired
 */
export async function downloadExport(deps: DownloadDeps, caller: Caller, exportId: string): Promise<string> {
  const { record } = await readableExport(deps.store, caller, exportId);
  if (!(await deps.rollout.flags()).allowDownloads) {
    throw new ProblemError(
      'downloads_disabled',
      'Downloads are paused for the moment. The file is safe; try again later.',
    );
  }
  const now = deps.clock.now();
  const file = readyFile(record, now);
  const url = await deps.files.presignDownload(file.key, {
    fileName: file.name,
    contentType: contentTypeOf(record.snapshot),
    expiresInSeconds: PRESIGNED_URL_SECONDS,
  });
  await deps.store.recordDownload({ accountId: record.accountId, exportId: record.id }, { by: caller.userId, at: now });
  return url;
}

/**
 * The manifest's text as it was written beside the file.
 * @throws ProblemError not_found | permission_revoked | not_ready | file_expired
 */
export async function readWaybill(
  deps: Pick<DownloadDeps, 'store' | 'files' | 'clock'>,
  caller: Caller,
  exportId: string,
): Promise<string> {
  const { record } = await readableExport(deps.store, caller, exportId);
  const file = readyFile(record, deps.clock.now());
  const text = await deps.files.readText(file.waybillKey);
  if (text === undefined) throw new Error(`the waybill of ${record.id} is missing at ${file.waybillKey}`);
  return text;
}

/** @throws ProblemError not_ready | file_expired */
function readyFile(record: ExportRecord, now: number): ExportFile {
  const status = effectiveStatus(record, now);
  if (status === 'ready' && record.file !== undefined) return record.file;
  if (status === 'expired') {
    throw new ProblemError('file_expired', 'The file has been removed. Generate the report again.', {
      extensions: {
        exportId: record.id,
        reportTitle: record.snapshot.report.title,
        fileAvailable: false,
        ...(record.expiresAt !== undefined && { expiredAt: new Date(record.expiresAt).toISOString() }),
      },
    });
  }
  throw new ProblemError('not_ready', notReadyDetail[status], { extensions: { exportId: record.id } });
}

const notReadyDetail = {
  queued: 'The export is still waiting for its turn. Look again in a moment.',
  running: 'The file is still being prepared. Look again in a moment.',
  ready: 'The file is still being prepared. Look again in a moment.',
  failed: 'This export failed and has no file. Retry it.',
  cancelled: 'This export was cancelled and has no file. Run it again.',
} as const;
