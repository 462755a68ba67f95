import { ProblemError } from '../domain/errors.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Clock } from '../ports/clock.ts';
import type { Executions } from '../ports/executions.ts';
import type { ExportStore, Idempotency, Replay } from '../ports/export-store.ts';
import type { Ids } from '../ports/ids.ts';
import type { Memberships } from '../ports/memberships.ts';
import type { Rollout } from '../ports/rollout.ts';
import type { Caller } from './caller.ts';

/** Seconds after which a refused request is worth sending again: about the time a small export takes. */
const TOO_MANY_ACTIVE_RETRY_SECONDS = 10;

export interface QueueExportDeps {
  readonly store: ExportStore;
  readonly memberships: Memberships;
  readonly executions: Executions;
  readonly rollout: Rollout;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The most exports one person may have queued or running. */
  readonly activeLimit: number;
}

/** @throws ProblemError exports_disabled */
export async function requireExportsAccepted(rollout: Rollout): Promise<void> {
  if (!(await rollout.flags()).acceptExports) {
    throw new ProblemError(
      'exports_disabled',
      'New exports are paused for the moment. Exports that are queued or running go on; try again later.',
    );
  }
}

/** A queued export over a frozen request. */
export function newRecord(
  deps: Pick<QueueExportDeps, 'clock' | 'ids'>,
  requester: Pick<Caller, 'accountId' | 'userId' | 'email' | 'name'>,
  snapshot: Snapshot,
  rest: Pick<ExportRecord, 'notifyRequester' | 'notify'> &
    Partial<Pick<ExportRecord, 'note' | 'retryOf' | 'rerunOf' | 'automaticRetry' | 'requeuedBy'>>,
): ExportRecord {
  const now = deps.clock.now();
  return {
    id: deps.ids.exportId(),
    accountId: requester.accountId,
    requestedBy: { userId: requester.userId, email: requester.email, name: requester.name },
    status: 'queued',
    version: 1,
    snapshot,
    createdAt: now,
    updatedAt: now,
    executionNumber: 1,
    attempt: 0,
    uncountedAttempts: 0,
    blockedMs: 0,
    downloadCount: 0,
    ...rest,
  };
}

/**
 * Writes the record and starts its execution. The record is the outbox: when the start fails, the sweeper repeats it,
 * so the export is accepted all the same.
 * @throws ProblemError idempotency_conflict | too_many_active_exports | already_terminal (what it retries did not fail)
 */
export async function queueExport(
  deps: QueueExportDeps,
  record: ExportRecord,
  idempotency?: Idempotency,
): Promise<ExportRecord> {
  const outcome = await deps.store.create(record, {
    activeLimit: deps.activeLimit,
    ...(idempotency !== undefined && { idempotency }),
  });
  switch (outcome.kind) {
    case 'created':
      await startExecution(deps, record);
      return record;
    case 'replayed':
    case 'conflict':
      return replayed(deps.store, record.accountId, outcome);
    case 'too_many_active':
      throw new ProblemError(
        'too_many_active_exports',
        `You have ${outcome.limit} exports queued or running, the most one person may have. Wait for one to end, or cancel one.`,
        { extensions: { retryAfterSeconds: TOO_MANY_ACTIVE_RETRY_SECONDS } },
      );
    case 'retry_refused':
      throw new ProblemError('already_terminal', 'Only a failed export can be retried. Run it again instead.', {
        ...(outcome.original && { extensions: { exportId: outcome.original.id } }),
      });
  }
}

async function startExecution(deps: QueueExportDeps, record: ExportRecord): Promise<void> {
  try {
    await deps.executions.start({ accountId: record.accountId, exportId: record.id }, record.executionNumber);
  } catch {
    // Nothing is lost: the sweeper starts queued exports that no execution has taken up.
  }
}

/**
 * The export that a used key stands for.
 * @throws ProblemError idempotency_conflict
 */
export async function replayed(store: ExportStore, accountId: string, replay: Replay): Promise<ExportRecord> {
  if (replay.kind === 'conflict') {
    throw new ProblemError(
      'idempotency_conflict',
      'This Idempotency-Key was used for a different request within 24 hours. Send a new key.',
    );
  }
  const record = await store.get({ accountId, exportId: replay.exportId });
  if (record === undefined) throw new Error(`the idempotency item names ${replay.exportId}, which does not exist`);
  return record;
}
