import { ProblemError } from '../domain/errors.ts';
import type { ExportId } from '../domain/export-id.ts';
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
export async function readableExport(store: ExportStore, caller: Caller, exportId: string): Promise<ReadableExport> {
  const found = isExportId(exportId)
    ? await store.getWithAttempt({ accountId: caller.accountId, exportId })
    : undefined;
  if (found === undefined || !isParty(found.record, caller)) {
    throw new ProblemError('not_found', `There is no export ${printable(exportId)}.`);
  }
  if (!holds(caller, found.record.snapshot.report.permission)) {
    throw new ProblemError(
      'permission_revoked',
      `You no longer have access to the report "${found.record.snapshot.report.title}". Ask an admin of ${caller.accountId}.`,
      { extensions: { exportId: found.record.id, reportTitle: found.record.snapshot.report.title } },
    );
  }
  return found;
}

/** By user id, since an address can pass to another person. */
function isParty(record: ExportRecord, caller: Caller): boolean {
  return (
    record.requestedBy.userId === caller.userId ||
    record.notify.some(({ userId }) => userId === caller.userId) ||
    holds(caller, 'exports:read-all')
  );
}

/** An id as the caller sent it, cut to what an id can be. */
function printable(exportId: string): ExportId | string {
  return exportId.length <= 64 ? `"${exportId}"` : 'with this id';
}
