import { ProblemError } from '../domain/errors.ts';
import type { ExportFile, ExportRecord } from '../domain/export-record.ts';
import { effectiveStatus } from '../domain/lifecycle.ts';

const notReadyDetail = {
  queued: 'The export is still waiting for its turn. Look again in a moment.',
  running: 'The file is still being prepared. Look again in a moment.',
  ready: 'The file is still being prepared. Look again in a moment.',
  failed: 'This export failed and has no file. Retry it.',
  cancelled: 'This export was cancelled and has no file. Run it again.',
} as const;

/**
 * The export's file as it is now.
 * @param linkExpiresAt when the link that led here expires, epoch milliseconds. @default it was no link
 * @throws ProblemError file_expired | link_expired | not_ready, the first that applies
 */
export function readyFile(record: ExportRecord, now: number, linkExpiresAt = Number.POSITIVE_INFINITY): ExportFile {
  const status = effectiveStatus(record, now);
  if (status === 'expired') {
    throw expired('file_expired', 'The file has been removed. Generate the report again.', record, record.expiresAt);
  }
  if (now >= linkExpiresAt) {
    const detail =
      status === 'ready'
        ? 'The link has expired; the file is still there. Get a new link from the export.'
        : 'The link has expired. Look at the export, or generate the report again.';
    throw expired('link_expired', detail, record, linkExpiresAt, status === 'ready');
  }
  if (status === 'ready' && record.file !== undefined) return record.file;
  throw new ProblemError('not_ready', notReadyDetail[status], { extensions: { exportId: record.id } });
}

function expired(
  code: 'file_expired' | 'link_expired',
  detail: string,
  record: ExportRecord,
  at: number | undefined,
  fileAvailable = false,
): ProblemError {
  return new ProblemError(code, detail, {
    extensions: {
      exportId: record.id,
      reportTitle: record.snapshot.report.title,
      fileAvailable,
      ...(at !== undefined && { expiredAt: new Date(at).toISOString() }),
    },
  });
}
