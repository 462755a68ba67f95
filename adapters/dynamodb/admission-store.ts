import * as z from 'zod';
import type { Caps } from '../../core/domain/admission.ts';
import type { ExportId, ExportRef } from '../../core/domain/export-id.ts';
import { isTerminal, statuses } from '../../core/domain/lifecycle.ts';
import type { AdmissionStore, EnqueueOutcome } from '../../core/ports/admission-store.ts';
import {
  absent,
  admitted,
  allOf,
  anyOf,
  atMost,
  condition,
  joinedIs,
  lessThan,
  notAdmitted,
  setHasRoom,
  statusAllows,
  statusIn,
} from './conditions.ts';
import { recordOf } from './export-items.ts';
import { type Settled, settle, tryWrite } from './failures.ts';
import { accountIdOf, type Key, keys, QUEUE_PARTITION, waitingPartition } from './keys.ts';
import { exportAt, placeOf } from './line-place.ts';
import { inPartition, type Table, type TransactItem } from './table.ts';

const poolSchema = z.object({ running: z.set(z.string()).optional(), virtualTime: z.number().optional() });
const accountSchema = z.object({
  running: z.set(z.string()).optional(),
  tag: z.number().optional(),
  seenAt: z.number().optional(),
  joined: z.number().optional(),
  emptyAfter: z.number().optional(),
});
const watchSchema = z.object({ watchedAt: z.number().optional() });
const waitingSchema = z.object({ sk: z.string().transform(exportAt) });

/**
 * What a read is charged by: half a unit for each when it may lag.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
const READ_BLOCK_BYTES = 4096;

const live = statuses.filter((status) => !isTerminal(status));
const ended = statuses.filter(isTerminal);

/** The queue's items in DynamoDB. */
export function createAdmissionStore(table: Table): AdmissionStore {
  const waiting = async (accountId: string, limit: number): Promise<readonly ExportRef[]> => {
    const items = await table.queryAll({ condition: inPartition(waitingPartition(accountId)), limit });
    return items.map((item) => ({ accountId, exportId: waitingSchema.parse(item).sk }));
  };

  return {
    enqueue: (ref, token, tokenTry, now) => enqueue(table, ref, token, tokenTry, now),
    admit: (ref, token, start, caps, now) => admit(table, ref, token, start, caps, now),
    waiting,

    async taskToken(ref) {
      const item = await table.get(keys.export(ref));
      return item && recordOf(item).taskToken;
    },

    countWaiting: (accountId) => table.count({ condition: inPartition(waitingPartition(accountId)) }),

    async readQueue() {
      // One after the other: see the port.
      const pool = poolSchema.parse((await table.get(keys.pool)) ?? {});
      const accounts = await queueAccounts(table);
      return {
        pool: { running: pool.running ?? new Set(), virtualTime: pool.virtualTime ?? 0 },
        accounts: accounts.map(({ seenAt, ...account }) => account),
      };
    },

    async noteEmptyLine({ accountId, joined }) {
      const key = keys.queueAccount(accountId);
      await settle('noteEmptyLine', async () => {
        const result = await tryWrite(() => table.update(key, { set: { emptyAfter: joined } }, joinedIs(joined)));
        // Refused: another has joined, and whoever comes next looks again.
        return result === 'applied' || result === 'condition' ? { value: undefined } : undefined;
      });
    },

    removeFromRunning: (accountId, exportId) =>
      settle('removeFromRunning', async () => {
        const result = await tryWrite(() => table.transact(leavingItems(table, accountId, exportId)));
        // Refused: it has not ended, and so keeps its slot.
        return result === 'applied' || result === 'condition' ? { value: undefined } : undefined;
      }),

    async forgetIdleAccounts(seenBefore) {
      const isIdle = allOf(condition('attribute_not_exists(running)'), lessThan('seenAt', seenBefore));
      for (const { accountId, running, seenAt } of await queueAccounts(table)) {
        if (running.size > 0 || seenAt >= seenBefore || (await waiting(accountId, 1)).length > 0) continue;
        await settle('forgetIdleAccounts', async () => {
          const result = await tryWrite(() => table.transact([table.remove(keys.queueAccount(accountId), isIdle)]));
          return result === 'applied' || result === 'condition' ? { value: undefined } : undefined;
        });
      }
    },

    beginWatch: (now, paused) => beginWatch(table, now, paused),
    lastWatch: () => watchedAt(table),

    async queuePositions(accountId, exportIds, limit, { isConsistent } = { isConsistent: false }) {
      const last = exportIds.toSorted().at(-1);
      if (last === undefined) return new Map();
      const line = waitingPartition(accountId);
      const upToLast = inPartition(line, { expression: 'sk <= :sk', sk: placeOf(last) });
      const told = Math.min(limit, placesOfOneBlock(keys.waiting({ accountId, exportId: last })));
      const found = await table.queryAll({ condition: upToLast, limit: told, mayLag: !isConsistent });
      const places = found.map((item, index) => [waitingSchema.parse(item).sk, index + 1] as const);
      return new Map(places.filter(([id]) => exportIds.includes(id)));
    },
  };
}

async function enqueue(
  table: Table,
  ref: ExportRef,
  token: string,
  tokenTry: number,
  now: number,
): Promise<EnqueueOutcome> {
  const latest = { taskToken: token, tokenTry };
  const isLatest = atMost('tokenTry', tokenTry);
  return settle('enqueue', async (): Promise<Settled<EnqueueOutcome>> => {
    const item = await table.get(keys.export(ref));
    if (!item) return { value: { kind: 'not_found' } };
    const record = recordOf(item);
    if (isTerminal(record.status)) return { value: { kind: 'ended', status: record.status } };
    if ((record.tokenTry ?? 0) > tokenTry) return { value: { kind: 'superseded' } };
    const key = keys.export(ref);

    if (record.admittedAt !== undefined) {
      const stillAdmitted = allOf(statusIn(live), admitted, isLatest);
      const result = await tryWrite(() => table.update(key, { set: latest }, stillAdmitted));
      return result === 'applied' ? { value: { kind: 'admitted' } } : undefined;
    }
    const inLine = { ...latest, duePk: undefined, dueSk: undefined };
    const isQueued = allOf(statusAllows('claim'), notAdmitted, isLatest);
    const result = await tryWrite(() =>
      table.transact([table.change(key, { set: inLine }, isQueued), table.put({ ...keys.waiting(ref) })]),
    );
    if (result !== 'applied') return undefined;
    // Only now: an admitter that knows of it and then finds the line empty may say so.
    const join = { set: { seenAt: now }, add: { joined: 1 } };
    const joined = await tryWrite(() => table.update(keys.queueAccount(ref.accountId), join));
    return joined === 'applied' ? { value: { kind: 'waiting' } } : undefined;
  });
}

async function admit(
  table: Table,
  ref: ExportRef,
  token: string,
  start: number,
  caps: Caps,
  now: number,
): Promise<boolean> {
  const key = keys.export(ref);
  const add = { running: new Set([ref.exportId]) };
  const isNew = condition('NOT contains(running, :id)', {}, { ':id': ref.exportId });
  const sameToken = condition('taskToken = :token', {}, { ':token': token });
  const items = [
    table.change(
      keys.pool,
      { add, set: { virtualTime: start } },
      allOf(setHasRoom('running', caps.pool), isNew, atMost('virtualTime', start)),
    ),
    table.change(
      keys.queueAccount(ref.accountId),
      { add, set: { tag: start + 1 } },
      allOf(setHasRoom('running', caps.account), atMost('tag', start)),
    ),
    table.change(key, { set: { admittedAt: now } }, allOf(statusAllows('claim'), notAdmitted, sameToken)),
    table.remove(keys.waiting(ref)),
  ];
  let unsure = false;
  return settle('admit', async (): Promise<Settled<boolean>> => {
    const result = await tryWrite(() => table.transact(items));
    if (result === 'applied') return { value: true };
    if (result === 'unknown') unsure = true;
    if (result !== 'condition') return undefined;
    // After a lost reply it may be our own write that is in the way.
    return { value: unsure && (await isAdmitted(table, ref, token, now)) };
  });
}

function leavingItems(table: Table, accountId: string | undefined, exportId: ExportId): TransactItem[] {
  const ids = new Set([exportId]);
  const leavePool = table.change(keys.pool, { delete: { running: ids } });
  if (accountId === undefined) return [leavePool];
  return [
    leavePool,
    table.change(keys.queueAccount(accountId), { delete: { running: ids } }),
    table.check(keys.export({ accountId, exportId }), anyOf(absent, statusIn(ended))),
  ];
}

async function watchedAt(table: Table): Promise<number | undefined> {
  return watchSchema.parse((await table.get(keys.watch)) ?? {}).watchedAt;
}

/** The write holds only if nobody watched since the read, so that two watchers at once count one time once. */
async function beginWatch(table: Table, now: number, paused: boolean): Promise<number | undefined> {
  const after = paused ? undefined : now;
  let unsure: { readonly before: number | undefined } | undefined;
  return settle('beginWatch', async () => {
    const before = await watchedAt(table);
    // Our own time is there: the write whose reply was lost was applied.
    if (unsure && before === after) return { value: unsure.before };
    const unchanged =
      before === undefined
        ? condition('attribute_not_exists(watchedAt)')
        : condition('watchedAt = :before', {}, { ':before': before });
    const result = await tryWrite(() => table.update(keys.watch, { set: { watchedAt: after } }, unchanged));
    if (result === 'unknown') unsure = { before };
    return result === 'applied' ? { value: before } : undefined;
  });
}

async function isAdmitted(table: Table, ref: ExportRef, token: string, at: number): Promise<boolean> {
  const item = await table.get(keys.export(ref));
  return item !== undefined && item.admittedAt === at && item.taskToken === token;
}

async function queueAccounts(table: Table) {
  const items = await table.queryAll({ condition: inPartition(QUEUE_PARTITION) });
  return items.map((item) => {
    const { running = new Set<string>(), tag = 0, seenAt = 0, joined = 0, emptyAfter } = accountSchema.parse(item);
    const accountId = accountIdOf(item as unknown as Key);
    return { accountId, running, tag, seenAt, joined, mayWait: joined !== emptyAfter };
  });
}

/** How many places of a line are read for one block; they are all of a size, which is that of their keys' names and values. */
function placesOfOneBlock(place: Key): number {
  const bytes = Object.entries(place).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  return Math.floor(READ_BLOCK_BYTES / bytes);
}
