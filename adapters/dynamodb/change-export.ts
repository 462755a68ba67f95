import { v4 as uuid } from 'uuid';
import type { Change, Decision, ExportState, ObserveChange } from '../../core/domain/change.ts';
import type { ExportRef } from '../../core/domain/export-id.ts';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import { isTerminal } from '../../core/domain/lifecycle.ts';
import { creationEvent } from '../../core/domain/record-changes.ts';
import type { AttemptsOf } from '../../core/ports/export-store.ts';
import {
  absent,
  admitted,
  allOf,
  attemptStill,
  type Condition,
  notAdmitted,
  statusAllows,
  tokenIs,
  versionIs,
} from './conditions.ts';
import { attemptAttributes, attemptOf, differences, eventItem, exportAttributes, recordOf } from './export-items.ts';
import { type Settled, settle, tryWrite } from './failures.ts';
import { feedbackItem } from './feedback-store.ts';
import { keys } from './keys.ts';
import type { Item, Table, TransactItem } from './table.ts';

/** Whether a rule looks at the newest attempt as well, which costs another read unit. */
export type Reading = 'record' | 'record and attempt';

/** The table, and who is told of what has changed in it. */
export interface ObservedTable {
  readonly table: Table;
  readonly observe: ObserveChange;
}

/**
 * Reads an export, lets a rule decide, and writes the change in one transaction that holds only if what was read still
 * is so; otherwise it starts over. When a reply is lost, the event's mark tells whether the write was ours.
 * @throws StoreUnavailableError when it did not settle
 */
export async function changeExport<Outcome>(
  { table, observe }: ObservedTable,
  operation: string,
  ref: ExportRef,
  reading: Reading,
  decide: (state: ExportState | undefined) => Decision<Outcome>,
): Promise<Outcome> {
  const mark = uuid();
  let unsure: { readonly before: ExportState; readonly change: Change; readonly outcome: Outcome } | undefined;

  return settle(operation, async (): Promise<Settled<Outcome>> => {
    const state = await readExport(table, ref, reading);
    // Read after the record: if that version is someone else's by now, our write can no longer come through.
    if (unsure && (await isOurs(table, ref, unsure.change.event.version, mark))) {
      observe(unsure.before, unsure.change);
      return { value: unsure.outcome };
    }
    if (state === 'torn') return undefined;
    const { outcome, change } = decide(state);
    if (!state || !change) return { value: outcome };
    const result = await tryWrite(() => table.transact(changeItems(table, ref, state, change, mark)));
    if (result === 'unknown') unsure = { before: state, change, outcome };
    if (result !== 'applied') return undefined;
    observe(state, change);
    return { value: outcome };
  });
}

/**
 * An export as it is. `torn` when the attempt read is not the record's: the two reads saw different instants.
 * @returns undefined when there is no such export
 */
export async function readExport(
  table: Table,
  ref: ExportRef,
  reading: Reading,
): Promise<ExportState | 'torn' | undefined> {
  if (reading === 'record') {
    const item = await table.get(keys.export(ref));
    return item && { record: recordOf(item), attempt: undefined };
  }
  const [item, attemptItem] = await table.getAll([keys.export(ref), keys.attempt(ref.exportId)]);
  return stateOf(item, attemptItem);
}

function stateOf(item: Item | undefined, attemptItem: Item | undefined): ExportState | 'torn' | undefined {
  if (!item) return undefined;
  const record = recordOf(item);
  const attempt = attemptItem && attemptOf(attemptItem);
  return record.attempt === (attempt?.number ?? 0) ? { record, attempt } : 'torn';
}

/** An export with its newest attempt, both as they were at one instant. */
export function readState(table: Table, ref: ExportRef): Promise<ExportState | undefined> {
  return settle('read', async () => {
    const state = await readExport(table, ref, 'record and attempt');
    return state === 'torn' ? undefined : { value: state };
  });
}

/**
 * An export with the attempt that runs, for half the price of {@link readState} or less: both may be a moment old. What is
 * missing or does not fit is read again.
 */
export async function readLagging(table: Table, ref: ExportRef): Promise<ExportState | undefined> {
  const item = await table.get(keys.export(ref), false);
  if (item === undefined) return readState(table, ref);
  const record = recordOf(item);
  // Nobody asks what came of earlier attempts, and one who waits pays for the line instead.
  if (record.status !== 'running') return { record, attempt: undefined };
  const state = stateOf(item, await table.get(keys.attempt(ref.exportId), false));
  return state === 'torn' ? readState(table, ref) : state;
}

/**
 * Like {@link readState}, for many exports in few requests; missing ones are left out.
 * @param attemptsOf which exports to read the newest attempt of: another read unit each
 */
export async function readStates(
  table: Table,
  refs: readonly ExportRef[],
  attemptsOf: AttemptsOf,
): Promise<readonly ExportState[]> {
  const items = await table.getAll(refs.map(keys.export));
  const records = items.flatMap((item) => (item ? recordOf(item) : []));
  const tried = records.filter(({ attempt, status }) => attempt > 0 && (attemptsOf === 'all' || status === 'running'));
  const attemptItems = await table.getAll(tried.map(({ id }) => keys.attempt(id)));
  const attempts = new Map(tried.map(({ id }, index) => [id, attemptItems[index]]));
  return (
    await Promise.all(
      records.map((record) => {
        if (!attempts.has(record.id)) return { record, attempt: undefined };
        const item = attempts.get(record.id);
        const attempt = item && attemptOf(item);
        // Another attempt began between the two reads.
        return attempt?.number === record.attempt
          ? { record, attempt }
          : readState(table, { accountId: record.accountId, exportId: record.id });
      }),
    )
  ).filter((state) => state !== undefined);
}

async function isOurs(table: Table, ref: ExportRef, version: number, mark: string): Promise<boolean> {
  const event = await table.get(keys.event(ref.exportId, version));
  return event?.mark === mark;
}

/** The parts of the transaction that makes a change true: the export, its event, its attempt, and at an end its slots. */
export function changeItems(
  table: Table,
  ref: ExportRef,
  before: ExportState,
  change: Change,
  mark: string,
): TransactItem[] {
  const { record, event } = change;
  const ends = isTerminal(record.status) && !isTerminal(before.record.status);
  const conditions: Condition[] = [versionIs(before.record.version)];
  if (change.transition) conditions.push(statusAllows(change.transition));
  // Neither admission nor a new token writes an event, so the version does not speak for them.
  if (ends) conditions.push(before.record.admittedAt === undefined ? notAdmitted : admitted);
  if (ends && before.record.status === 'queued') conditions.push(tokenIs(before.record.taskToken));
  const set = differences(exportAttributes(before.record), exportAttributes(record));
  return [
    table.change(keys.export(ref), { set }, allOf(...conditions)),
    table.put(eventItem(ref.exportId, event, mark)),
    ...attemptItems(table, ref, before, change),
    ...(ends ? slotItems(table, ref, before) : []),
    ...(change.queues ? queuedItems(table, change.queues, mark) : []),
    ...(change.adds ? [table.put(feedbackItem(change.adds))] : []),
    ...(change.removes ?? []).map((id) => table.remove(keys.feedback(ref.accountId, id))),
  ];
}

/** A new export and the first line of its timeline. */
export function queuedItems(table: Table, record: ExportRecord, mark: string): TransactItem[] {
  const ref = { accountId: record.accountId, exportId: record.id };
  return [
    table.put({ ...keys.export(ref), ...exportAttributes(record) }, absent),
    table.put(eventItem(record.id, creationEvent(record), mark)),
  ];
}

function attemptItems(table: Table, ref: ExportRef, before: ExportState, change: Change): TransactItem[] {
  const key = keys.attempt(ref.exportId);
  const condition = change.attemptIs && attemptStill(change.attemptIs);
  if (change.attempt) {
    // Only what changes: a heartbeat in between keeps its progress.
    const set = differences(before.attempt ? attemptAttributes(before.attempt) : {}, attemptAttributes(change.attempt));
    return [table.change(key, { set }, condition)];
  }
  return condition ? [table.check(key, condition)] : [];
}

/** Whatever an export that ends still occupies. */
function slotItems(table: Table, ref: ExportRef, { record }: ExportState): TransactItem[] {
  const ids = new Set([ref.exportId]);
  const active = keys.active(ref.accountId, record.requestedBy.userId);
  const leaveActive = table.change(active, { delete: { exports: ids } });
  if (record.admittedAt === undefined) return [leaveActive, table.remove(keys.waiting(ref))];
  return [
    leaveActive,
    table.change(keys.pool, { delete: { running: ids } }),
    table.change(keys.queueAccount(ref.accountId), { delete: { running: ids } }),
  ];
}
