import type { ExportView } from '../contract/export-schemas.ts';
import type { ExportId } from '../domain/export-id.ts';
import { type ExportMark, isBehind, markOf } from '../domain/export-mark.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { Caller } from './caller.ts';
import { viewExport } from './export-view.ts';
import { readableExport } from './readable-export.ts';

/** Places in the line are told exactly up to here; further back says nothing useful and would cost reads. */
const QUEUE_POSITION_LIMIT = 100;

export interface GetExportDeps {
  readonly store: ExportStore;
  readonly admissions: AdmissionStore;
  readonly clock: Clock;
}

export interface ShownExport {
  readonly view: ExportView;
  /** For whoever asks again. */
  readonly mark: ExportMark;
}

/**
 * @param options.mayLag whoever asks has a view already, and asks again: this one may be a moment old
 * @param options.seen the mark of that view: what would be older than it is read again, consistently
 * @throws ProblemError not_found | permission_revoked
 */
export async function getExport(
  deps: GetExportDeps,
  caller: Caller,
  exportId: string,
  { mayLag = false, seen }: { readonly mayLag?: boolean; readonly seen?: ExportMark | undefined } = {},
): Promise<ShownExport> {
  const shown = await look(deps, caller, exportId, { mayLag, isConsistent: false });
  if (!mayLag || seen === undefined || !isBehind(shown.mark, seen)) return shown;
  return look(deps, caller, exportId, { mayLag: false, isConsistent: true });
}

/** @param reading.isConsistent whether the place in line is as it is now; it costs more, and is rarely missed */
async function look(
  deps: GetExportDeps,
  caller: Caller,
  exportId: string,
  reading: { readonly mayLag: boolean; readonly isConsistent: boolean },
): Promise<ShownExport> {
  const { record, attempt } = await readableExport(deps.store, caller, exportId, reading);
  const waits = record.status === 'queued' && record.admittedAt === undefined;
  const places = await placesOf(deps, caller.accountId, waits ? [record.id] : [], reading);
  const queuePosition = places.get(record.id);
  const view = viewExport(record, { now: deps.clock.now(), attempt, queuePosition });
  return { view, mark: markOf(record, attempt, queuePosition) };
}

/**
 * Places of exports that may wait in one account's line.
 * @param options.isConsistent false for places that may be a moment old
 */
export async function placesOf(
  { admissions }: Pick<GetExportDeps, 'admissions'>,
  accountId: string,
  exportIds: readonly ExportId[],
  options: { readonly isConsistent: boolean } = { isConsistent: false },
): Promise<ReadonlyMap<ExportId, number>> {
  if (exportIds.length === 0) return new Map();
  return admissions.queuePositions(accountId, exportIds, QUEUE_POSITION_LIMIT, options);
}
