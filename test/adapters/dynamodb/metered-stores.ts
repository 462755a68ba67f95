import { openDynamoStores } from '../../support/dynamo-stores.ts';
import { testClient } from '../../support/dynoxide.ts';

interface Consumed {
  readonly CapacityUnits?: number;
}

/** What some requests took; `units` is all of it. */
export interface Spent {
  readonly reads: number;
  readonly writes: number;
  readonly units: number;
  readonly calls: number;
}

/** A client whose requests ask what they cost, and what they have cost since `spent` was asked last. */
export function meteredClient(endpoint: string) {
  const client = testClient(endpoint);
  let reads = 0;
  let writes = 0;
  let calls = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as Record<string, unknown>;
      const isTableCall = !('KeySchema' in input);
      const result = await next(
        isTableCall ? { ...args, input: { ...input, ReturnConsumedCapacity: 'INDEXES' } } : args,
      );
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed | Consumed[] };
      const units = [ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      if (/^(Get|BatchGet|Query|TransactGet)/.test(String(context.commandName))) reads += units;
      else writes += units;
      calls += 1;
      return result;
    },
    { step: 'initialize', priority: 'high' },
  );
  const spent = (): Spent => {
    const since = { reads, writes, units: reads + writes, calls };
    reads = 0;
    writes = 0;
    calls = 0;
    return since;
  };
  return { client, spent };
}

/** The stores on a new table, and what their requests take. */
export async function openMeteredStores(endpoint: string) {
  const { client, spent } = meteredClient(endpoint);
  const stores = await openDynamoStores(endpoint, client);
  spent();
  return { stores, spent };
}
