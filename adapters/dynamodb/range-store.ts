import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ExportId } from '../../core/domain/export-id.ts';
import type { PartRange } from '../../core/domain/part-range.ts';
import type { RangeChange, RangePlan, RangeStore } from '../../core/ports/range-store.ts';
import { documentClient } from './client.ts';
import { absent, attemptStill, condition, revisionIs } from './conditions.ts';
import { differences } from './export-items.ts';
import { callFailureOf, repeatable, settle, tryWrite } from './failures.ts';
import { handoverIdOf, handoversOf, type Key, keys, rangeItemsOf, rangesOf } from './keys.ts';
import { handoverOf, planItem, planOf, rangeAttributes, rangeOf, rangeTtl } from './range-items.ts';
import { type Item, inPartition, Table, type TransactItem } from './table.ts';
import { revisionOf } from './webhook-items.ts';

/** Items of one transaction. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
const MAX_TRANSACTION = 100;

/** Plans, ranges and handovers in DynamoDB; apart from the other stores, since few programs have a use for them. */
export function openRangeStore(options: { readonly client: DynamoDBClient; readonly tableName: string }): RangeStore {
  return createRangeStore(new Table(documentClient(options.client), options.tableName));
}

/** The same on a table that is opened already. */
export function createRangeStore(table: Table): RangeStore {
  return {
    begin: (plan, ranges) => begin(table, plan, ranges),

    async read(exportId) {
      const item = await table.get(keys.rangePlan(exportId));
      if (item === undefined) return undefined;
      const plan = planOf(item);
      const { pk, prefix } = rangesOf(exportId, plan.attempt);
      const ranges = await table.queryAll({ condition: inPartition(pk, beginsWith(prefix)) });
      return { plan, ranges: ranges.map(rangeOf) };
    },

    change: (plan, number, rule) =>
      settle('changeRange', async () => {
        const key = keys.range(plan.exportId, plan.attempt, number);
        const item = await table.get(key);
        const before = item && rangeOf(item);
        const after = before && rule(before);
        if (item === undefined || after === undefined || after === before) return { value: after };
        const update = { set: changesOf(plan, item, after) };
        const result = await tryWrite(() => table.update(key, update, revisionIs(revisionOf(item))));
        return result === 'applied' ? { value: after } : undefined;
      }),

    changeFenced: (plan, numbers, rule) =>
      settle('changeRanges', async () => {
        const items = await table.getAll(numbers.map((number) => keys.range(plan.exportId, plan.attempt, number)));
        const found = items.filter((item) => item !== undefined);
        const before = found.map(rangeOf);
        const after = found.length === numbers.length ? rule(before) : undefined;
        if (after === undefined || after.every((range) => before.includes(range))) return { value: after };
        const writes = writesOf(table, plan, found, after);
        const result = await tryWrite(() => table.transact([...writes, claimCheck(table, plan)]));
        if (result === 'applied') return { value: after };
        if (result === 'condition' && !(await isCurrent(table, plan))) return { value: undefined };
        // A range that is there already may be our own, of a write whose reply was lost: the caller has to look.
        const adds = after.length > before.length;
        return adds && result !== 'contention' ? { value: undefined } : undefined;
      }),

    close: (plan) =>
      settle('closeRanges', async () => {
        const stillOurs = condition('claim = :claim', {}, { ':claim': plan.claim });
        const result = await tryWrite(() =>
          table.update(keys.rangePlan(plan.exportId), { set: { closed: true } }, stillOurs),
        );
        return result === 'applied' || result === 'condition' ? { value: undefined } : undefined;
      }),

    handOver: (exportId, id, known, now) =>
      settle('handOver', async () => {
        try {
          const set = { ...known, ttl: rangeTtl(now) };
          return { value: handoverOf(await table.update(keys.handover(exportId, id), { set })) };
        } catch (error) {
          if (callFailureOf(error) === 'fatal') throw error;
          // Saying it again changes nothing.
          return undefined;
        }
      }),

    async handovers(exportId) {
      const { pk, prefix } = handoversOf(exportId);
      const selected = { condition: inPartition(pk, beginsWith(prefix)), attributes: ['pk', 'sk'] };
      return ((await table.queryAll(selected)) as unknown as readonly Key[]).map(handoverIdOf);
    },

    async remove({ exportId }) {
      const { pk, prefix } = rangeItemsOf(exportId);
      const selected = { condition: inPartition(pk, beginsWith(prefix)), attributes: ['pk', 'sk'] };
      const found = (await table.queryAll(selected)) as unknown as readonly Key[];
      for (let from = 0; from < found.length; from += MAX_TRANSACTION) {
        const removals = found.slice(from, from + MAX_TRANSACTION).map(({ pk, sk }) => table.remove({ pk, sk }));
        await repeatable('removeRanges', () => table.transact(removals));
      }
    },
  };
}

/** A plan that is there with this claim is this very call's, whose reply was lost. */
function begin(table: Table, plan: RangePlan, ranges: readonly PartRange[]): Promise<boolean> {
  const items = [
    table.put(planItem(plan)),
    ...ranges.map((range) => table.put(itemOf(plan, range))),
    claimCheck(table, plan),
  ];
  if (items.length > MAX_TRANSACTION) throw new RangeError(`${ranges.length} ranges do not fit into one transaction`);
  return settle('beginRanges', async () => {
    const result = await tryWrite(() => table.transact(items));
    if (result === 'applied') return { value: true };
    return result === 'condition' ? { value: false } : undefined;
  });
}

function writesOf(table: Table, plan: RangePlan, found: readonly Item[], after: RangeChange & {}): TransactItem[] {
  return after.map((range) => {
    const item = found.find(({ number }) => number === range.number);
    if (item === undefined) return table.put(itemOf(plan, range), absent);
    const key = keys.range(plan.exportId, plan.attempt, range.number);
    return table.change(key, { set: changesOf(plan, item, range) }, revisionIs(revisionOf(item)));
  });
}

function itemOf(plan: RangePlan, range: PartRange): Item {
  return {
    ...keys.range(plan.exportId, plan.attempt, range.number),
    ...rangeAttributes(plan, range),
    revision: 1,
  };
}

function changesOf(plan: RangePlan, item: Item, after: PartRange): Item {
  const changed = differences(rangeAttributes(plan, rangeOf(item)), rangeAttributes(plan, after));
  return { ...changed, revision: revisionOf(item) + 1 };
}

/** The plan's attempt is still held with its claim. */
function claimCheck(table: Table, { exportId, claim }: RangePlan): TransactItem {
  return table.check(keys.attempt(exportId), attemptStill({ kind: 'held', claim }));
}

async function isCurrent(table: Table, plan: RangePlan): Promise<boolean> {
  const attempt = await table.get(keys.attempt(plan.exportId as ExportId));
  return attempt?.claim === plan.claim && attempt.leaseUntil !== 0 && attempt.endedAt === undefined;
}

function beginsWith(prefix: string) {
  return { expression: 'begins_with(sk, :sk)', sk: prefix };
}
