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

/** @throws ProblemError not_found | permission_revoked */
export async function getExport(deps: GetExportDeps, caller: Caller, exportId: string): Promise<ExportView> {
  return viewWithPosition(deps, await readableExport(deps.store, caller, exportId));
}

export async function viewWithPosition(
  deps: Pick<GetExportDeps, 'admissions' | 'clock'>,
  { record, attempt }: ReadableExport,
): Promise<ExportView> {
  const waiting = record.status === 'queued' && record.admittedAt === undefined;
  const queuePosition = waiting
    ? await deps.admissions.queuePosition({ accountId: record.accountId, exportId: record.id }, QUEUE_POSITION_LIMIT)
    : undefined;
  return viewExport(record, { now: deps.clock.now(), attempt, queuePosition });
}
