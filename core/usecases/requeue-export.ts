import { ProblemError } from '../domain/errors.ts';
import type { ExportRef } from '../domain/export-id.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { effectiveStatus, isTerminal } from '../domain/lifecycle.ts';
import { reportFor } from './caller.ts';
import { queueExport, requireExportsAccepted } from './queue-export.ts';
import { copyOf, type RunAgainDeps } from './run-again.ts';

/**
 * Retries a failed export for the person who asked for it: the copy is theirs, and counts against what they may have
 * active. They must still be a member with the report's permission.
 * @param operator for the timelines of both exports, `operator:<name>`
 * @throws ProblemError not_found | not_ready (it has not ended) | already_terminal (it did not fail) | file_expired (its
 * request has been erased) | permission_revoked | permission_required | exports_disabled | too_many_active_exports
 */
export async function requeueExport(deps: RunAgainDeps, ref: ExportRef, operator: string): Promise<ExportRecord> {
  await requireExportsAccepted(deps.rollout);
  const old = await deps.store.get(ref);
  if (old === undefined) throw new ProblemError('not_found', `There is no ${ref.exportId} in ${ref.accountId}.`);
  requireFailed(old, deps.clock.now());
  const { userId } = old.requestedBy;
  const requester = await deps.memberships.find(ref.accountId, userId);
  if (requester === undefined) {
    throw new ProblemError('permission_revoked', `${userId}, who asked for it, is no longer a member.`);
  }
  reportFor(deps.catalog, requester, old.snapshot.report.id);
  return queueExport(deps, await copyOf(deps, requester, old, { retryOf: old.id, requeuedBy: operator }));
}

function requireFailed(record: ExportRecord, now: number): void {
  if (record.erasedAt !== undefined) {
    throw new ProblemError('file_expired', 'It was deleted with its request, so there is nothing to run again.');
  }
  if (!isTerminal(record.status)) {
    throw new ProblemError('not_ready', `It is ${record.status}. If it is stuck, fail it first.`);
  }
  if (record.status !== 'failed') {
    throw new ProblemError('already_terminal', `It is ${effectiveStatus(record, now)}; only a failed one is requeued.`);
  }
}
