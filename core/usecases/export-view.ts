import type { ExportView } from '../contract/export-schemas.ts';
import type { Attempt, ExportRecord } from '../domain/export-record.ts';
import { narrowerFiltersHelp } from '../domain/failure.ts';
import { effectiveStatus } from '../domain/lifecycle.ts';

/** A run without a new row for this long is shown as taking longer. */
const STALLED_AFTER_MS = 5 * 60_000;

export interface ViewContext {
  readonly now: number;
  readonly attempt?: Attempt | undefined;
  readonly queuePosition?: number | undefined;
}

/** An export as the API shows it, at one instant. */
export function viewExport(record: ExportRecord, { now, attempt, queuePosition }: ViewContext): ExportView {
  const status = effectiveStatus(record, now);
  const { snapshot } = record;
  const starting = status === 'queued' && record.admittedAt !== undefined;
  return withoutUndefined({
    id: record.id,
    object: 'export',
    report: { id: snapshot.report.id, title: snapshot.report.title, version: snapshot.report.version },
    filters: snapshot.filters as ExportView['filters'],
    columns: [...snapshot.columns],
    format: snapshot.format,
    compression: snapshot.compression,
    dialect: snapshot.dialect,
    locale: snapshot.locale,
    timeZone: snapshot.timeZone,
    neutralizeFormulas: snapshot.neutralizeFormulas,
    partFiles: snapshot.partFiles ?? false,
    scope: snapshot.scope as ExportView['scope'],
    status,
    phase: starting ? ('starting' as const) : undefined,
    attempt: record.attempt,
    queuePosition: status === 'queued' && !starting ? queuePosition : undefined,
    takingLonger: isTakingLonger(record, status, attempt, now),
    cancelRequested: status === 'running' && record.cancelRequestedAt !== undefined,
    progress: progressOf(record, status, attempt),
    file: status === 'ready' ? fileOf(record) : undefined,
    failure:
      status === 'failed' && record.failure !== undefined
        ? { ...record.failure, narrowerFilters: narrowerFiltersHelp(record.failure.code) }
        : undefined,
    notifyRequester: record.notifyRequester,
    notify: record.notify.map(({ email }) => email),
    notifications: (record.notifications ?? []).map(({ email, state, kind, at }) => ({
      email,
      state,
      kind,
      at: iso(at),
    })),
    retryOf: record.retryOf,
    retriedBy: record.retriedBy,
    rerunOf: record.rerunOf,
    requestedBy: { ...record.requestedBy },
    note: record.note,
    createdAt: iso(record.createdAt),
    updatedAt: iso(Math.max(record.updatedAt, status === 'running' ? (attempt?.progress.updatedAt ?? 0) : 0)),
    startedAt: optionalIso(record.startedAt),
    readyAt: optionalIso(record.readyAt),
    endedAt: optionalIso(record.endedAt),
    expiresAt: optionalIso(record.expiresAt),
  });
}

function isTakingLonger(
  record: ExportRecord,
  status: ExportView['status'],
  attempt: Attempt | undefined,
  now: number,
): boolean {
  if (status === 'queued') return record.takingLongerAt !== undefined;
  if (status !== 'running' || attempt === undefined) return false;
  return now - (attempt.progress.lastRowAt ?? attempt.startedAt) >= STALLED_AFTER_MS;
}

function progressOf(
  record: ExportRecord,
  status: ExportView['status'],
  attempt: Attempt | undefined,
): ExportView['progress'] {
  if (status !== 'running' || attempt === undefined) return undefined;
  const { rowsWritten, bytesWritten, updatedAt } = attempt.progress;
  const total = record.rowsTotal;
  // An estimate may be too low: what has been written already is then the better one.
  const rowsTotal = total === undefined ? undefined : Math.max(total.rows, rowsWritten);
  return {
    rowsWritten,
    rowsTotal,
    rowsTotalExact: total?.exact,
    percent: rowsTotal === undefined || rowsTotal === 0 ? undefined : Math.floor((rowsWritten / rowsTotal) * 1000) / 10,
    bytesWritten,
    etaSeconds: etaSeconds(rowsWritten, rowsTotal, updatedAt - attempt.startedAt),
    updatedAt: iso(updatedAt),
  };
}

function etaSeconds(rowsWritten: number, rowsTotal: number | undefined, elapsedMs: number): number | undefined {
  if (rowsTotal === undefined || rowsWritten === 0 || elapsedMs <= 0) return undefined;
  return Math.ceil(((rowsTotal - rowsWritten) * elapsedMs) / rowsWritten / 1000);
}

function fileOf(record: ExportRecord): ExportView['file'] {
  if (record.file === undefined) return undefined;
  const { name, bytes, rows, sha256, partFiles } = record.file;
  return {
    name,
    bytes,
    rows,
    sha256,
    partFiles,
    downloadUrl: `/v1/exports/${record.id}/download`,
    waybillUrl: `/v1/exports/${record.id}/waybill`,
    downloadCount: record.downloadCount,
    lastDownloadedAt: optionalIso(record.lastDownloadedAt),
  };
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function optionalIso(epochMs: number | undefined): string | undefined {
  return epochMs === undefined ? undefined : iso(epochMs);
}

/** The same value without members that are undefined, at every depth: JSON has no other way to say absent. */
function withoutUndefined<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}
