import type { Catalog } from '../domain/catalog.ts';
import { ProblemError } from '../domain/errors.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { effectiveStatus, isTerminal } from '../domain/lifecycle.ts';
import { holds } from '../domain/permissions.ts';
import { restrictsToOwner } from '../domain/report.ts';
import { type Caller, reportFor } from './caller.ts';
import { newRecord, type QueueExportDeps, queueExport, requireExportsAccepted } from './queue-export.ts';
import { readableExport } from './readable-export.ts';
import { remainingRecipients } from './recipients.ts';

export interface RunAgainDeps extends QueueExportDeps {
  readonly catalog: Catalog;
}

/**
 * A new export over the same frozen request, for one that failed.
 * @throws ProblemError not_found | permission_revoked | already_terminal (it did not fail) | exports_disabled |
 * too_many_active_exports
 */
export async function retryExport(deps: RunAgainDeps, caller: Caller, exportId: string): Promise<ExportRecord> {
  const old = await permitted(deps, caller, exportId);
  const status = effectiveStatus(old, deps.clock.now());
  if (status !== 'failed') {
    throw new ProblemError(
      'already_terminal',
      `Only a failed export can be retried; this one is ${status}. Run it again instead.`,
      {
        extensions: { exportId: old.id },
      },
    );
  }
  return queueExport(deps, await copyOf(deps, caller, old, { retryOf: old.id }));
}

/**
 * A new export over the same frozen request, for one that has ended in any way.
 * @throws ProblemError not_found | permission_revoked | not_ready (it has not ended) | file_expired (its request has
 * been erased) | exports_disabled | too_many_active_exports
 */
export async function rerunExport(deps: RunAgainDeps, caller: Caller, exportId: string): Promise<ExportRecord> {
  const old = await permitted(deps, caller, exportId);
  if (!isTerminal(old.status)) {
    throw new ProblemError('not_ready', `This export is still ${old.status}. Wait for it, or cancel it first.`, {
      extensions: { exportId: old.id },
    });
  }
  return queueExport(deps, await copyOf(deps, caller, old, { rerunOf: old.id }));
}

async function permitted(deps: RunAgainDeps, caller: Caller, exportId: string): Promise<ExportRecord> {
  await requireExportsAccepted(deps.rollout);
  const { record } = await readableExport(deps.store, caller, exportId);
  if (record.erasedAt !== undefined) {
    throw new ProblemError('file_expired', 'This export was deleted with its request. Generate the report anew.', {
      extensions: { exportId: record.id, fileAvailable: false },
    });
  }
  reportFor(deps.catalog, caller, record.snapshot.report.id);
  return record;
}

/**
 * The copy belongs to whoever asks for it, and is limited to their own rows where the report says so. Of the recipients
 * it has those who are still members with the permission.
 */
export async function copyOf(
  deps: RunAgainDeps,
  caller: Caller,
  old: ExportRecord,
  link: Pick<ExportRecord, 'retryOf' | 'rerunOf' | 'requeuedBy'>,
): Promise<ExportRecord> {
  const { ownerId: _, ...request } = old.snapshot;
  const report = deps.catalog.reports.find((each) => each.id === request.report.id);
  const ownRowsOnly = report !== undefined && restrictsToOwner(report) && !holds(caller, 'exports:read-all');
  return newRecord(deps, caller, ownRowsOnly ? { ...request, ownerId: caller.userId } : request, {
    notifyRequester: old.notifyRequester,
    notify: await remainingRecipients(deps.memberships, caller, request.report.permission, old.notify),
    ...(old.note !== undefined && { note: old.note }),
    ...link,
  });
}
