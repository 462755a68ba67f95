import { ProblemError } from '../domain/errors.ts';
import { exportPrefix } from '../domain/file-keys.ts';
import { holds } from '../domain/permissions.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';
import type { FileStore } from '../ports/file-store.ts';
import type { Caller } from './caller.ts';
import { readableExport } from './readable-export.ts';

export interface DeleteExportDeps {
  readonly store: ExportStore;
  readonly files: FileStore;
  readonly clock: Clock;
}

/**
 * Deletes an export that has ended: its file, its waybill and what was asked. The audit line stays, without content.
 * @throws ProblemError not_found | permission_revoked | permission_required | not_ready (it has not ended)
 */
export async function deleteExport(deps: DeleteExportDeps, caller: Caller, exportId: string): Promise<void> {
  const { record } = await readableExport(deps.store, caller, exportId);
  if (record.requestedBy.userId !== caller.userId && !holds(caller, 'exports:read-all')) {
    throw new ProblemError('permission_required', 'Only the requester or an admin may delete an export.');
  }
  const ref = { accountId: record.accountId, exportId: record.id };
  // Erased first: from then on nobody is given a link to a file that is about to go.
  const erased = await deps.store.erase(ref, { by: caller.userId, at: deps.clock.now() });
  if (erased === undefined) {
    throw new ProblemError('not_ready', `This export is still ${record.status}. Wait for it, or cancel it first.`, {
      extensions: { exportId: record.id },
    });
  }
  const { keys } = await deps.files.contents(exportPrefix(ref));
  await deps.files.remove(keys);
}
