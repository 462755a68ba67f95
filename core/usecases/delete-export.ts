import { ProblemError } from '../domain/errors.ts';
import type { ExportRef } from '../domain/export-id.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { exportPrefix } from '../domain/file-keys.ts';
import { holds } from '../domain/permissions.ts';
import type { Clock } from '../ports/clock.ts';
import type { Actor, ExportStore } from '../ports/export-store.ts';
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
  const erased = await eraseWithFiles(deps, ref, { by: caller.userId, at: deps.clock.now() });
  if (erased === undefined) {
    throw new ProblemError('not_ready', `This export is still ${record.status}. Wait for it, or cancel it first.`, {
      extensions: { exportId: record.id },
    });
  }
}

/**
 * Erases an export that has ended, and then what storage holds of it: from the first on nobody is given a link to a file
 * that is about to go. The sweeper removes what is left when this dies in between.
 * @returns the record as it was before; undefined when it has not ended
 */
export async function eraseWithFiles(
  { store, files }: { readonly store: ExportStore; readonly files: Pick<FileStore, 'contents' | 'remove'> },
  ref: ExportRef,
  actor: Actor,
): Promise<ExportRecord | undefined> {
  const erased = await store.erase(ref, actor);
  if (erased === undefined) return undefined;
  const { keys } = await files.contents(exportPrefix(ref));
  await files.remove(keys);
  return erased;
}
