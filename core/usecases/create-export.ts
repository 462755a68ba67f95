import { createHash } from 'node:crypto';
import type { ExportRequest } from '../contract/export-schemas.ts';
import type { Catalog } from '../domain/catalog.ts';
import { type ExportFailedError, ProblemError } from '../domain/errors.ts';
import type { ExportRecord } from '../domain/export-record.ts';
import { freezeRequest, type RequestedRun } from '../domain/freeze-request.ts';
import { holds } from '../domain/permissions.ts';
import type { Report } from '../domain/report.ts';
import type { JsonValue, Snapshot } from '../domain/snapshot.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReportChoices } from '../ports/report-choices.ts';
import { type Caller, reportFor } from './caller.ts';
import { checkChoices } from './check-choices.ts';
import { newRecord, type QueueExportDeps, queueExport, replayed, requireExportsAccepted } from './queue-export.ts';
import { recipientsOf } from './recipients.ts';
import { isUnanswered } from './source-answer.ts';

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
