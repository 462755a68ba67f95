import { ProblemError } from '../domain/errors.ts';
import { effectiveStatus, isTerminal } from '../domain/lifecycle.ts';
import type { Caller } from './caller.ts';
import { type EndExportDeps, endExport } from './end-export.ts';
import { type ReadableExport, readableExport } from './readable-export.ts';

/**
 * Cancels an export: at once while no worker holds a live lease, otherwise by asking its worker, which sees it with
 * the next heartbeat. The export may still complete before that.
 * @throws ProblemError not_found | permission_revoked | already_terminal
 */
export async function cancelExport(deps: EndExportDeps, caller: Caller, exportId: string): Promise<ReadableExport> {
  const { record } = await readableExport(deps.store, caller, exportId);
  const ref = { accountId: record.accountId, exportId: record.id };
  const now = deps.clock.now();
  if (!isTerminal(record.status)) {
    const actor = { by: caller.userId, at: now };
    const ended = await endExport(deps, record, { to: 'cancelled' }, { kind: 'no_live_lease', now }, actor);
    if (ended.kind === 'ended' || (await deps.store.requestCancel(ref, actor))) {
      const asked = await readableExport(deps.store, caller, exportId);
      // Its worker may have completed it before it saw the request.
      if (!isTerminal(asked.record.status) || asked.record.status === 'cancelled') return asked;
    }
  }
  const after = (await deps.store.get(ref)) ?? record;
  const status = effectiveStatus(after, now);
  throw new ProblemError(
    'already_terminal',
    status === 'ready'
      ? 'The export completed before the cancellation.'
      : `The export has already ended: it is ${status}.`,
    { extensions: { exportId: record.id } },
  );
}
