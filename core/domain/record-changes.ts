import { type Actor, type Decision, type ExportState, stepOf } from './change.ts';
import type { ExportEvent, ExportRecord, Route } from './export-record.ts';
import { isTerminal } from './lifecycle.ts';
import type { ProblemCode } from './problem.ts';

/** For how long a refusal stands for those that follow: the same person, the same reason. */
const SAME_REFUSAL_MS = 60_000;

/** The first line of an export's timeline. */
export function creationEvent(record: ExportRecord): ExportEvent {
  const { report, format } = record.snapshot;
  return {
    version: record.version,
    type: 'created',
    at: record.createdAt,
    by: record.requeuedBy ?? (record.automaticRetry ? 'system' : record.requestedBy.userId),
    details: { report: report.id, reportVersion: report.version, format },
  };
}

/** Notes where the file will be produced; an export that has ended keeps what it had. */
export function noteRoute(
  state: ExportState | undefined,
  route: Route,
  rowsTotal: { readonly rows: number; readonly exact: boolean },
  now: number,
): Decision<void> {
  if (!state || isTerminal(state.record.status)) return { outcome: undefined };
  const { record } = state;
  const same = record.rowsTotal?.rows === rowsTotal.rows && record.rowsTotal.exact === rowsTotal.exact;
  if (same && record.route === route) return { outcome: undefined };
  const event = { type: 'measured', details: { route, rows: rowsTotal.rows, exact: rowsTotal.exact } };
  const actor = { by: 'system', at: now };
  return { outcome: undefined, change: stepOf(record, { route, rowsTotal, updatedAt: now }, event, actor) };
}

/** Notes, once, that a waiting export takes longer than usual. */
export function noteTakingLonger(state: ExportState | undefined, now: number): Decision<void> {
  if (state?.record.status !== 'queued' || state.record.takingLongerAt !== undefined) return { outcome: undefined };
  const step = stepOf(
    state.record,
    { takingLongerAt: now, updatedAt: now },
    { type: 'taking_longer' },
    { by: 'system', at: now },
  );
  return { outcome: undefined, change: step };
}

/** Moves a queued export that no execution has taken up on to its next one. */
export function advanceToNextExecution(state: ExportState | undefined, from: number, now: number): Decision<boolean> {
  const record = state?.record;
  if (record?.status !== 'queued' || record.executionNumber !== from) return { outcome: false };
  const executionNumber = from + 1;
  const event = { type: 'execution_replaced', details: { executionNumber } };
  return { outcome: true, change: stepOf(record, { executionNumber }, event, { by: 'system', at: now }) };
}

export function noteDownload(
  state: ExportState | undefined,
  actor: Actor & { readonly details?: ExportEvent['details'] },
): Decision<void> {
  if (!state) return { outcome: undefined };
  const fields = { downloadCount: state.record.downloadCount + 1, lastDownloadedAt: actor.at };
  const event = { type: 'downloaded', details: actor.details ?? {} };
  return { outcome: undefined, change: stepOf(state.record, fields, event, actor) };
}

/** Notes that a download was refused; once a minute for the same person and reason. */
export function noteRefusal(
  state: ExportState | undefined,
  { code, via }: { readonly code: ProblemCode; readonly via: string },
  { by, at }: Actor,
): Decision<void> {
  if (!state) return { outcome: undefined };
  const recent = (state.record.refusals ?? []).filter((refusal) => at - refusal.at < SAME_REFUSAL_MS);
  if (recent.some((refusal) => refusal.by === by && refusal.code === code)) return { outcome: undefined };
  const event = { type: 'download_refused', details: { code, via } };
  const refusals = [...recent, { by, code, at }];
  return { outcome: undefined, change: stepOf(state.record, { refusals }, event, { by, at }) };
}

/** Points a failed export at its newest retry. */
export function noteRetry(state: ExportState | undefined, retry: ExportRecord): Decision<boolean> {
  const original = state?.record;
  if (original?.status !== 'failed' || original.erasedAt !== undefined) return { outcome: false };
  const actor = { by: creationEvent(retry).by, at: retry.createdAt };
  const event = { type: 'retried', details: { retriedBy: retry.id } };
  return { outcome: true, change: stepOf(original, { retriedBy: retry.id, updatedAt: actor.at }, event, actor) };
}
