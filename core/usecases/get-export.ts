import type { ExportView } from '../contract/export-schemas.ts';
import { type ExportMark, isBehind, markOf } from '../domain/export-mark.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { Caller } from './caller.ts';
import { viewExport } from './export-view.ts';
import { type ReadableExport, readableExport } from './readable-export.ts';

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
  const found = await readableExport(deps.store, caller, exportId, reading);
  const [view] = (await viewsWithPositions(deps, caller.accountId, [found], reading)) as [ExportView];
  return { view, mark: markOf(found.record, found.attempt, view.queuePosition) };
}

/**
 * Exports of one account, in their order, those that wait with their place in its line.
 * @param options.isConsistent false for places that may be a moment old
 */
export async function viewsWithPositions(
  deps: Pick<GetExportDeps, 'admissions' | 'clock'>,
  accountId: string,
  exports: readonly ReadableExport[],
  options: { readonly isConsistent: boolean } = { isConsistent: false },
): Promise<ExportView[]> {
  const waiting = exports.flatMap(({ record }) =>
    record.status === 'queued' && record.admittedAt === undefined ? record.id : [],
  );
  const places =
    waiting.length > 0
      ? await deps.admissions.queuePositions(accountId, waiting, QUEUE_POSITION_LIMIT, options)
      : undefined;
  return exports.map(({ record, attempt }) =>
    viewExport(record, { now: deps.clock.now(), attempt, queuePosition: places?.get(record.id) }),
  );
}
