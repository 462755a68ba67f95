import type { ExportId, ExportRef } from '../domain/export-id.ts';
import type { Attempt, ExportRecord } from '../domain/export-record.ts';
import { isTerminal, type Status } from '../domain/lifecycle.ts';
import type { AdmissionStore } from '../ports/admission-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ExportStore } from '../ports/export-store.ts';

/** Of an account's line, no more than this many are looked at, the first ones. */
export const LINE_LIMIT = 1_000;

export interface ActiveExportsDeps {
  readonly store: Pick<ExportStore, 'due' | 'get' | 'getMany' | 'list'>;
  readonly admissions: Pick<AdmissionStore, 'readQueue' | 'waiting'>;
  readonly clock: Clock;
}

export interface FoundExport {
  readonly record: ExportRecord;
  readonly attempt: Attempt | undefined;
}

/**
 * Exports in a state, newest first. Those that are queued or running come from the queue's own items, of all accounts;
 * of what has ended only an account's list knows.
 * @param query.accountId needed but for queued and running
 */
export async function exportsInState(
  deps: ActiveExportsDeps,
  query: { readonly status: Status; readonly accountId: string | undefined; readonly limit: number },
): Promise<readonly FoundExport[]> {
  const { status, accountId, limit } = query;
  if (!isTerminal(status)) {
    const refs = (await activeRefs(deps)).filter((ref) => accountId === undefined || ref.accountId === accountId);
    const found = (await read(deps, refs)).filter(({ record }) => record.status === status);
    return found.sort((a, b) => (a.record.id < b.record.id ? 1 : -1)).slice(0, limit);
  }
  if (accountId === undefined) return [];
  const { items } = await deps.store.list({ accountId, status, limit }, deps.clock.now());
  return deps.store.getMany(
    accountId,
    items.map(({ id }) => id),
  );
}

/** The account of an export that waits, runs, or is to be started; of what has ended, nothing but its account tells. */
export async function accountOf(deps: ActiveExportsDeps, exportId: ExportId): Promise<string | undefined> {
  return (await activeRefs(deps)).find((ref) => ref.exportId === exportId)?.accountId;
}

/** Everything that waits in line, holds a slot, or has not come to the queue yet. */
async function activeRefs(deps: ActiveExportsDeps): Promise<readonly ExportRef[]> {
  const { accounts } = await deps.admissions.readQueue();
  const refs: ExportRef[] = [...(await deps.store.due('start', deps.clock.now(), LINE_LIMIT))];
  for (const { accountId, running, mayWait } of accounts) {
    const line = mayWait ? await deps.admissions.waiting(accountId, LINE_LIMIT) : [];
    refs.push(...[...running].map((id) => ({ accountId, exportId: id as ExportId })), ...line);
  }
  // The index may still list one that has come to the queue since.
  return [...new Map(refs.map((ref) => [ref.exportId, ref])).values()];
}

async function read(deps: ActiveExportsDeps, refs: readonly ExportRef[]): Promise<FoundExport[]> {
  const found: FoundExport[] = [];
  for (const [accountId, own] of Map.groupBy(refs, (ref) => ref.accountId)) {
    const ids = own.map(({ exportId }) => exportId);
    found.push(...(await deps.store.getMany(accountId, ids)));
  }
  return found;
}
