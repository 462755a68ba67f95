import { v4 as uuid } from 'uuid';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import { creationEvent, noteRetry } from '../../core/domain/record-changes.ts';
import type { CreateOutcome, ExportStore, Idempotency, Replay } from '../../core/ports/export-store.ts';
import { changeItems, type ObservedTable, queuedItems, readExport } from './change-export.ts';
import { atMost, setHasRoom } from './conditions.ts';
import { type Settled, settle, tryWrite } from './failures.ts';
import { type Key, keys } from './keys.ts';
import type { Item, Table, TransactItem } from './table.ts';

/** How long a request may be repeated under its key. */
const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

type Options = Parameters<ExportStore['create']>[1];

/**
 * Creates an export in one transaction. It is written first and read only when refused: the common case costs no read.
 * Ids are unique, so an export that is there already is this very call's, whose reply was lost.
 */
export function createExport(
  { table, observe }: ObservedTable,
  record: ExportRecord,
  options: Options,
): Promise<CreateOutcome> {
  const created = (): CreateOutcome => {
    observe(undefined, { record, event: creationEvent(record) });
    return { kind: 'created' };
  };
  let isUnsure = false;
  return settle('create', async (): Promise<Settled<CreateOutcome>> => {
    const retry = record.retryOf ? await retryItems(table, record) : { kind: 'items' as const, items: [] };
    if (retry.kind === 'refused') {
      // The original may point at this retry already.
      const found = await standing(table, record, options);
      if (isUnsure && found?.kind === 'created') return { value: created() };
      return { value: found ?? { kind: 'retry_refused', original: retry.original } };
    }
    const result = await tryWrite(() => table.transact([...creationItems(table, record, options), ...retry.items]));
    if (result === 'applied') return { value: created() };
    if (result === 'contention') return undefined;
    if (result === 'unknown') isUnsure = true;
    const found = await standing(table, record, options);
    if (isUnsure && found?.kind === 'created') return { value: created() };
    return found && { value: found };
  });
}

function creationItems(table: Table, record: ExportRecord, { activeLimit, idempotency }: Options): TransactItem[] {
  const items = [
    ...queuedItems(table, record, uuid()),
    table.change(
      keys.active(record.accountId, record.requestedBy.userId),
      { add: { exports: new Set([record.id]) } },
      setHasRoom('exports', activeLimit),
    ),
  ];
  if (idempotency) items.push(idempotencyPut(table, record, idempotency));
  return items;
}

/** TTL removes items late, at times by days; a key is free again from `expiresAt` on, deleted or not. */
function idempotencyPut(table: Table, record: ExportRecord, { key, bodyHash }: Idempotency): TransactItem {
  const expiresAt = record.createdAt + IDEMPOTENCY_MS;
  const item = { bodyHash, exportId: record.id, expiresAt, ttl: Math.ceil(expiresAt / 1000) };
  return table.put({ ...idempotencyKey(record, key), ...item }, atMost('expiresAt', record.createdAt));
}

function idempotencyKey(record: ExportRecord, key: string): Key {
  return keys.idempotency(record.accountId, record.requestedBy.userId, key);
}

/** What the key answers when it was used before. */
export async function replay(
  table: Table,
  ...[{ accountId, userId }, idempotency, now]: Parameters<ExportStore['replay']>
): Promise<Replay | undefined> {
  return replayOf(await table.get(keys.idempotency(accountId, userId, idempotency.key)), idempotency, now);
}

/** What stands in the way of a creation, or that it has happened; undefined when nothing does (any more). */
async function standing(
  table: Table,
  record: ExportRecord,
  { activeLimit, idempotency }: Options,
): Promise<CreateOutcome | undefined> {
  const [exportItem, active, used] = await table.getAll([
    keys.export({ accountId: record.accountId, exportId: record.id }),
    keys.active(record.accountId, record.requestedBy.userId),
    ...(idempotency ? [idempotencyKey(record, idempotency.key)] : []),
  ]);
  if (exportItem) return { kind: 'created' };
  const replayed = idempotency && replayOf(used, idempotency, record.createdAt);
  if (replayed) return replayed;
  const exports = active?.exports;
  if (exports instanceof Set && exports.size >= activeLimit) return { kind: 'too_many_active', limit: activeLimit };
  return undefined;
}

function replayOf(used: Item | undefined, { bodyHash }: Idempotency, now: number): Replay | undefined {
  if (!used || Number(used.expiresAt) <= now) return undefined;
  if (used.bodyHash !== bodyHash) return { kind: 'conflict' };
  return { kind: 'replayed', exportId: used.exportId as ExportRecord['id'] };
}

type RetryItems =
  | { readonly kind: 'items'; readonly items: readonly TransactItem[] }
  | { readonly kind: 'refused'; readonly original: ExportRecord | undefined };

/** The original's part of the transaction: it must still be failed. */
async function retryItems(table: Table, retry: ExportRecord): Promise<RetryItems> {
  const ref = { accountId: retry.accountId, exportId: retry.retryOf as ExportRecord['id'] };
  const state = await readExport(table, ref, 'record');
  if (state === undefined || state === 'torn') return { kind: 'refused', original: undefined };
  const { change } = noteRetry(state, retry);
  if (!change) return { kind: 'refused', original: state.record };
  return { kind: 'items', items: changeItems(table, ref, state, change, uuid()) };
}
