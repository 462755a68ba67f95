import type { ExportView } from '../contract/export-schemas.ts';
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

/**
 * @param options.mayLag whoever asks has a view already, and asks again: this one may be a moment old
 * @throws ProblemError not_found | permission_revoked
 */
export async function getExport(
  deps: GetExportDeps,
  caller: Caller,
  exportId: string,
  options: { readonly mayLag?: boolean } = {},
): Promise<ExportView> {
  const found = await readableExport(deps.store, caller, exportId, options);
  const [view] = await viewsWithPositions(deps, caller.accountId, [found]);
  return view as ExportView;
}

/** Exports of one account, in their order, those that wait with their place in its line. */
export async function viewsWithPositions(
  deps: Pick<GetExportDeps, 'admissions' | 'clock'>,
  accountId: string,
  exports: readonly ReadableExport[],
): Promise<ExportView[]> {
  const waiting = exports.flatMap(({ record }) =>
    record.status === 'queued' && record.admittedAt === undefined ? record.id : [],
  );
  const places =
    waiting.length > 0 ? await deps.admissions.queuePositions(accountId, waiting, QUEUE_POSITION_LIMIT) : undefined;
  return exports.map(({ record, attempt }) =>
    viewExport(record, { now: deps.clock.now(), attempt, queuePosition: places?.get(record.id) }),
  );
}
