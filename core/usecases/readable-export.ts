import { ProblemError } from '../domain/errors.ts';
import { isExportId } from '../domain/export-id.ts';
import type { Attempt, ExportRecord } from '../domain/export-record.ts';
import { holds } from '../domain/permissions.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { Caller } from './caller.ts';

export interface ReadableExport {
  readonly record: ExportRecord;
  readonly attempt: Attempt | undefined;
}

/**
 * The export with this id, if the caller may read it now: its requester, its recipients, and holders of
 * `exports:read-all`, each holding the report's permission. An export that was never theirs does not exist for them.
 * @throws ProblemError not_found | permission_revoked
 */
export async function readableExport(
  store: ExportStore,
  caller: Caller,
  exportId: string,
  options: { readonly mayLag?: boolean } = {},
): Promise<ReadableExport> {
  const found = isExportId(exportId)
    ? await store.getWithAttempt({ accountId: caller.accountId, exportId }, options)
    : undefined;
  if (found === undefined) throw noSuchExport(exportId);
  checkReadable(found.record, caller);
  return found;
}

/** @throws ProblemError not_found | permission_revoked */
export function checkReadable(record: ExportRecord, caller: Caller): void {
  if (!isParty(record, caller)) throw noSuchExport(record.id);
  checkReport(record, caller);
}

/** @throws ProblemError permission_revoked when a party to the export may no longer have its report */
export function checkReport(record: ExportRecord, caller: Caller): void {
  if (!holds(caller, record.snapshot.report.permission)) throw permissionRevoked(record, caller);
}

export function permissionRevoked(record: ExportRecord, caller: Caller): ProblemError {
  const { id: reportId, title: reportTitle } = record.snapshot.report;
  return new ProblemError(
    'permission_revoked',
    `You no longer have access to the report "${reportTitle}". Ask an admin of ${caller.accountId}.`,
    { extensions: { exportId: record.id, reportId, reportTitle } },
  );
}

/** Whether the export was made by this person or for them, or they read everyone's. By user id: an address can pass on. */
export function isParty(record: ExportRecord, caller: Caller): boolean {
  return (
    record.requestedBy.userId === caller.userId ||
    record.notify.some(({ userId }) => userId === caller.userId) ||
    holds(caller, 'exports:read-all')
  );
}

/** @param exportId as the caller sent it; longer than an id can be, it is not repeated */
export function noSuchExport(exportId: string): ProblemError {
  const named = exportId.length <= 64 ? `"${exportId}"` : 'with this id';
  return new ProblemError('not_found', `There is no export ${named}.`);
}
