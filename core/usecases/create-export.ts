import { createHash } from 'node:crypto';
import type { ExportRequest } from '../contract/api-schemas.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type ExportFailedError, ProblemError } from '../domain/errors.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { freezeRequest, type RequestedRun } from '../domain/freeze-request.ts';
import { holds } from '../domain/permissions.ts';
import type { Report } from '../domain/report.ts';
import type { JsonValue, Snapshot } from '../domain/snapshot.ts';
import type { Clock } from '../ports/clock.ts';
import type { Executions } from '../ports/executions.ts';
import type { ExportStore, Idempotency, Replay } from '../ports/export-store.ts';
import type { Ids } from '../ports/ids.ts';
import type { Memberships } from '../ports/memberships.ts';
import type { ReportChoices } from '../ports/report-choices.ts';
import type { Rollout } from '../ports/rollout.ts';
import { type Caller, reportFor } from './caller.ts';
import { checkChoices } from './check-choices.ts';
import { recipientsOf } from './recipients.ts';
import { isUnanswered } from './source-answer.ts';

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

export interface CreateExportDeps extends QueueExportDeps {
  readonly catalog: Catalog;
  readonly choices: ReportChoices;
  /** Told when a request was accepted although the database could not tell whether its filters name known things. */
  readonly onUnchecked: (cause: ExportFailedError) => void;
}

/**
 * Queues one export: checks the permission, freezes the request, looks up whom and what it names, writes the record
 * and starts its execution. The answer never waits for the data.
 * @throws ProblemError exports_disabled | not_found | permission_required | validation_failed | idempotency_conflict |
 * too_many_active_exports
 */
export async function createExport(
  deps: CreateExportDeps,
  caller: Caller,
  request: ExportRequest,
  idempotencyKey: string | undefined,
): Promise<ExportRecord> {
  reportFor(deps.catalog, caller, request.report);
  const idempotency = idempotencyKey === undefined ? undefined : { key: idempotencyKey, bodyHash: hashOf(request) };
  // Before all that may have changed since: recipients who have left, things that are gone, new exports being paused.
  const replay = idempotency && (await deps.store.replay(caller, idempotency, deps.clock.now()));
  if (replay) return replayed(deps.store, caller.accountId, replay);

  await requireExportsAccepted(deps.rollout);
  const { report, snapshot } = frozenFor(deps, caller, request);
  const notify = await recipientsOf(deps.memberships, caller, report.permission, request.notify);
  try {
    await checkChoices(deps.choices, { accountId: caller.accountId, report, snapshot });
  } catch (error) {
    // A request does not depend on the database. The run reads the account's own rows, whatever the filters name.
    if (!isUnanswered(error)) throw error;
    deps.onUnchecked(error);
  }
  const record = newRecord(deps, caller, snapshot, {
    notifyRequester: request.notifyRequester,
    notify,
    ...(request.note !== undefined && { note: request.note }),
  });
  return queueExport(deps, record, idempotency);
}

/**
 * The report and the request as its run will use it.
 * @throws ProblemError not_found | permission_required | validation_failed
 */
export function frozenFor(
  { catalog, clock }: { readonly catalog: Catalog; readonly clock: Clock },
  caller: Caller,
  request: RequestedRun & { readonly report: string },
): { readonly report: Report; readonly snapshot: Snapshot } {
  const report = reportFor(catalog, caller, request.report);
  const frozen = freezeRequest(
    report,
    request,
    holds(caller, 'exports:read-all') ? undefined : caller.userId,
    clock.now(),
  );
  if (frozen.ok) return { report, snapshot: frozen.snapshot };
  throw new ProblemError('validation_failed', 'Correct the parts named in errors and send the request again.', {
    issues: frozen.issues,
  });
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
    Partial<Pick<ExportRecord, 'note' | 'retryOf' | 'rerunOf' | 'automaticRetry'>>,
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

/** @throws ProblemError idempotency_conflict */
async function replayed(store: ExportStore, accountId: string, replay: Replay): Promise<ExportRecord> {
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

/** SHA-256 of the request with its members in one order, so that equal requests hash equally. */
function hashOf(request: ExportRequest): string {
  return createHash('sha256')
    .update(canonical(JSON.parse(JSON.stringify(request))))
    .digest('hex');
}

function canonical(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value as Record<string, JsonValue>).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
