import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { v4 as uuid } from 'uuid';
import { type Condition, condition as conditionOf } from './conditions.ts';
import { conditionExpression, type Update, updateExpression } from './expressions.ts';
import { read, settle } from './failures.ts';
import type { Key } from './keys.ts';

export type Item = Record<string, unknown>;

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Items in one BatchGetItem. @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_BATCH = 100;

/** What a query selects; the range is on the sort key. */
export interface Selection {
  readonly index?: string;
  readonly condition: Condition;
  /** Attributes to read. @default all */
  readonly attributes?: readonly string[];
  /** @default true: ascending */
  readonly forward?: boolean;
  /** Items to read at most, over all pages. @default all */
  readonly limit?: number;
  /** Items to read with one request, for whoever stops in between. @default as many as fit into a megabyte */
  readonly pageSize?: number;
  /** Of the table, for half the price: what is read may be a moment old. An index always may. */
  readonly mayLag?: boolean;
}

/**
 * The one table, and the few things the stores do with it. Reads of items are consistent, and throw StoreUnavailableError
 * when the table does not answer.
 */
export class Table {
  readonly #client: DynamoDBDocumentClient;
  readonly #name: string;

  constructor(client: DynamoDBDocumentClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  /** @param consistent `false` for half the price, and what may be a moment old */
  async get(key: Key, consistent = true): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.#name, Key: key, ConsistentRead: consistent });
    const { Item: item } = await read(() => this.#client.send(command));
    return item;
  }

  /** Reads items, up to a hundred in one request, in the order of `wanted`. */
  async getAll(wanted: readonly Key[]): Promise<readonly (Item | undefined)[]> {
    const items: (Item | undefined)[] = [];
    for (let from = 0; from < wanted.length; from += MAX_BATCH) {
      items.push(...(await this.#getBatch(wanted.slice(from, from + MAX_BATCH))));
    }
    return items;
  }

  /** All that is selected, page after page. A query of the table is consistent unless it may lag; one of an index cannot be. */
  async *query(selection: Selection): AsyncGenerator<Item> {
    const { limit = Number.POSITIVE_INFINITY, pageSize = Number.POSITIVE_INFINITY } = selection;
    let left = limit;
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const most = Math.min(left, pageSize);
      const command = new QueryCommand({
        TableName: this.#name,
        ...(selection.index ? { IndexName: selection.index } : { ConsistentRead: !selection.mayLag }),
        ...keyCondition(selection.condition, selection.attributes),
        ScanIndexForward: selection.forward ?? true,
        ...(Number.isFinite(most) ? { Limit: most } : {}),
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      const { Items, LastEvaluatedKey } = await read(() => this.#client.send(command));
      yield* Items ?? [];
      left -= Items?.length ?? 0;
      start = LastEvaluatedKey;
    } while (start && left > 0);
  }

  /** Like {@link query}, collected. */
  async queryAll(selection: Selection): Promise<readonly Item[]> {
    const items: Item[] = [];
    for await (const item of this.query(selection)) items.push(item);
    return items;
  }

  /** Counts the items that are selected, page after page. Eventually consistent: half the price of a consistent read. */
  async count({
    index,
    condition: selected,
    limit,
  }: Pick<Selection, 'index' | 'condition' | 'limit'>): Promise<number> {
    let count = 0;
    let start: QueryCommandInput['ExclusiveStartKey'];
    do {
      const command = new QueryCommand({
        TableName: this.#name,
        ...(index ? { IndexName: index } : {}),
        Select: 'COUNT',
        ...keyCondition(selected),
        ...(limit === undefined ? {} : { Limit: limit - count }),
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      const { Count, LastEvaluatedKey } = await read(() => this.#client.send(command));
      count += Count ?? 0;
      start = LastEvaluatedKey;
    } while (start && (limit === undefined || count < limit));
    return count;
  }

  /** @returns the item as it is afterwards */
  async update(key: Key, update: Update, condition?: Condition): Promise<Item> {
    const { Attributes } = await this.#client.send(
      new UpdateCommand({
        TableName: this.#name,
        Key: key,
        ...updateExpression(update, condition),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes ?? {};
  }

  /**
   * Writes all or nothing. The request token makes the SDK's own repetitions harmless: without it, one whose first try
   * was applied would report that its conditions do not hold.
   */
  async transact(items: readonly TransactItem[]): Promise<void> {
    await this.#client.send(new TransactWriteCommand({ TransactItems: [...items], ClientRequestToken: uuid() }));
  }

  #getBatch(wanted: readonly Key[]): Promise<readonly (Item | undefined)[]> {
    const found = new Map<string, Item>();
    let remaining: Item[] = wanted.map((key) => ({ ...key }));
    return settle('read', async () => {
      const command = new BatchGetCommand({
        RequestItems: { [this.#name]: { Keys: remaining, ConsistentRead: true } },
      });
      const { Responses, UnprocessedKeys } = await read(() => this.#client.send(command));
      for (const item of Responses?.[this.#name] ?? []) found.set(identity(item as unknown as Key), item);
      // A throttled table answers in part.
      remaining = UnprocessedKeys?.[this.#name]?.Keys ?? [];
      return remaining.length > 0 ? undefined : { value: wanted.map((key) => found.get(identity(key))) };
    });
  }

  put(item: Item, condition?: Condition): TransactItem {
    return { Put: { TableName: this.#name, Item: item, ...conditionExpression(condition) } };
  }

  change(key: Key, update: Update, condition?: Condition): TransactItem {
    // The type wants an expression; the update always has one.
    return { Update: { TableName: this.#name, Key: key, ...updateExpression(update, condition) } };
  }

  remove(key: Key, condition?: Condition): TransactItem {
    return { Delete: { TableName: this.#name, Key: key, ...conditionExpression(condition) } };
  }

  check(key: Key, condition: Condition): TransactItem {
    return {
      ConditionCheck: {
        TableName: this.#name,
        Key: key,
        ConditionExpression: condition.expression,
        ...conditionExpression(condition),
      },
    };
  }
}

/** All items of a partition, or those whose sort key also meets a condition on `:sk`. */
export function inPartition(pk: string, range?: { readonly expression: string; readonly sk: string }): Condition {
  return range
    ? conditionOf(`pk = :pk AND ${range.expression}`, {}, { ':pk': pk, ':sk': range.sk })
    : conditionOf('pk = :pk', {}, { ':pk': pk });
}

function keyCondition(selected: Condition, attributes: readonly string[] = []) {
  const names = Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute]));
  const { ConditionExpression, ...rest } = conditionExpression(selected, { ...selected.names, ...names });
  return {
    KeyConditionExpression: ConditionExpression,
    ...(attributes.length > 0 ? { ProjectionExpression: Object.keys(names).join(', ') } : {}),
    ...rest,
  };
}

function identity(key: Key): string {
  return `${key.pk}\n${key.sk}`;
}
