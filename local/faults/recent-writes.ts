import * as z from 'zod';

/** Indexes are behind by less than this. */
export const MAX_INDEX_LAG_MS = 2_000;

type AttributeValues = Readonly<Record<string, unknown>>;

const attributeValues = z.record(z.string(), z.unknown());
const write = z.looseObject({
  TableName: z.string(),
  Key: attributeValues.optional(),
  Item: attributeValues.optional(),
});
const transaction = z.looseObject({
  TransactItems: z.array(z.record(z.string(), write)),
});

/** Which items were written lately, by table and key. Time is the machine's: an index catches up however the clock moves. */
export class RecentWrites {
  /** The newest write of each item, oldest first. */
  readonly #writtenAt = new Map<string, number>();
  readonly #keyAttributes: ReadonlyMap<string, readonly string[]>;

  /** @param keyAttributes of each table, by its name */
  constructor(keyAttributes: ReadonlyMap<string, readonly string[]>) {
    this.#keyAttributes = keyAttributes;
  }

  /** Notes what a request writes; other requests are passed over. */
  note(operation: string, input: unknown): void {
    for (const { TableName, Key, Item } of writesOf(operation, input)) {
      const values = Key ?? Item;
      if (values === undefined) continue;
      const id = this.#identify(TableName, values);
      this.#writtenAt.delete(id);
      this.#writtenAt.set(id, performance.now());
    }
    this.#forget();
  }

  /** Whether an item was written within the last `withinMs`. */
  has(table: string, item: AttributeValues, withinMs: number): boolean {
    const writtenAt = this.#writtenAt.get(this.#identify(table, item));
    return writtenAt !== undefined && performance.now() - writtenAt < withinMs;
  }

  #identify(table: string, values: AttributeValues): string {
    const key = (this.#keyAttributes.get(table) ?? []).map((attribute) => values[attribute]);
    return JSON.stringify([table, ...key]);
  }

  #forget(): void {
    for (const [id, writtenAt] of this.#writtenAt) {
      if (performance.now() - writtenAt < MAX_INDEX_LAG_MS) return;
      this.#writtenAt.delete(id);
    }
  }
}

function writesOf(operation: string, input: unknown): z.output<typeof write>[] {
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return [write.parse(input)];
    case 'TransactWriteItems':
      return transaction
        .parse(input)
        .TransactItems.flatMap(({ ConditionCheck: _, ...writes }) => Object.values(writes));
    default:
      return [];
  }
}
