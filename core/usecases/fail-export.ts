import { ProblemError } from '../domain/errors.ts';
import type { ExportRef } from '../domain/export-id.ts';
import { failureOf } from '../domain/failure.ts';
import { isTerminal } from '../domain/lifecycle.ts';
import { type EndExportDeps, endExport } from './end-export.ts';

/**
 * Ends a queued export, or a running one whose worker is gone, as failed. Its slot and its execution are let go at once,
 * and people are told as of any failure.
 * @param options.reason shown to whoever reads the export, and in the mail
 * @param options.operator for the timeline, `operator:<name>`
 * @throws ProblemError not_found | already_terminal | not_ready (a worker is at it)
 */
export async function failExport(
  deps: EndExportDeps,
  ref: ExportRef,
  { reason, operator }: { readonly reason: string; readonly operator: string },
): Promise<void> {
  const record = await deps.store.get(ref);
  if (record === undefined) throw new ProblemError('not_found', `There is no ${ref.exportId} in ${ref.accountId}.`);
  const now = deps.clock.now();
  if (!isTerminal(record.status)) {
    const failure = failureOf(record.status === 'running' ? 'worker_lost' : 'internal', reason);
    const guard = { kind: 'no_live_lease', now } as const;
    const outcome = await endExport(deps, record, { to: 'failed', failure }, guard, { by: operator, at: now });
    if (outcome.kind === 'ended') return;
  }
  const { status } = (await deps.store.get(ref)) ?? record;
  if (isTerminal(status)) throw new ProblemError('already_terminal', `It has already ended: it is ${status}.`);
  throw new ProblemError(
    'not_ready',
    'A worker is at it and renews its lease. Wait, or have it cancelled in the report center.',
  );
}
