import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreUnavailableError } from '../../../../core/domain/errors.ts';
import type { ExportEvent } from '../../../../core/domain/export-record.ts';
import { openDynamoStores } from '../../../support/dynamo-stores.ts';
import { startDynamo, type TestDynamo, testClient } from '../../../support/dynoxide.ts';
import { type Fault, faults, isWrite, watchCalls } from '../../../support/faulty-client.ts';
import type { Scenario } from './scenario.ts';

/** A DynamoDB for the tests of a file. */
export function dynamoForThisFile() {
  let dynamo: TestDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  });
  afterAll(() => dynamo.stop());
  return {
    /** Empty stores on a client of their own, and the calls that it makes. */
    async open() {
      const { client, calls } = watchedClient(dynamo.endpoint);
      return { stores: await openDynamoStores(dynamo.endpoint, client), calls };
    },
    get endpoint() {
      return dynamo.endpoint;
    },
  };
}

/** What holds in each scenario, whatever happens to its calls. */
export function underFaults<Subject>(dynamo: { readonly endpoint: string }, scenarios: readonly Scenario<Subject>[]) {
  let shared: ReturnType<typeof watchedClient>;
  beforeAll(() => {
    shared = watchedClient(dynamo.endpoint);
  });

  describe.each(scenarios)('$method: $what', (scenario) => {
    it('answers rightly and changes the same, whichever call goes wrong and however', async () => {
      const clean = await prepared(dynamo.endpoint, scenario, shared);
      const outcome = await clean.call();
      const commands = [...clean.calls.sent];
      const table = await clean.dump();
      expect(commands.filter(isWrite)).toHaveLength(scenario.writes ?? 1);

      for (const [index, command] of commands.entries()) {
        // A read fails in one way only, as far as its caller can tell.
        for (const fault of isWrite(command) ? faults : (['lost request'] as const)) {
          const faulty = await prepared(dynamo.endpoint, scenario, shared);
          faulty.calls.inject((n) => (n === index ? fault : undefined));
          const label = `${fault} at call ${index}, ${command}`;
          try {
            expect(await faulty.call(), label).toEqual(outcome);
          } catch (error) {
            // A read that fails although the SDK repeated it is the caller's to repeat.
            if (isWrite(command) || !(error instanceof StoreUnavailableError)) throw error;
            faulty.calls.reset();
            expect(await faulty.call(), `again after ${label}`).toEqual(outcome);
          }
          expect(await faulty.dump(), label).toEqual(table);
          expect(faulty.observed(), label).toEqual(clean.observed());
        }
      }
    });

    it('survives two lost replies of one write, and a conflict after one', async () => {
      const clean = await prepared(dynamo.endpoint, scenario, shared);
      const outcome = await clean.call();
      const table = await clean.dump();
      for (const sequence of [
        ['lost reply', 'lost reply'],
        ['lost reply', 'conflict'],
        ['lost request', 'lost reply'],
      ] as const) {
        const faulty = await prepared(dynamo.endpoint, scenario, shared);
        const left: Fault[] = [...sequence];
        faulty.calls.inject((_, command) => (isWrite(command) ? left.shift() : undefined));
        expect(await faulty.call(), sequence.join(', ')).toEqual(outcome);
        expect(await faulty.dump(), sequence.join(', ')).toEqual(table);
        expect(faulty.observed(), sequence.join(', ')).toEqual(clean.observed());
      }
    });
  });

  it.each(['conflict', 'throttled'] as const)(
    'gives up in bounded time on a lasting %s, having changed nothing',
    async (fault) => {
      // All at once: they spend their time waiting.
      await Promise.all(
        scenarios.map(async (scenario) => {
          const label = `${scenario.method}: ${scenario.what}`;
          const faulty = await prepared(dynamo.endpoint, scenario, watchedClient(dynamo.endpoint));
          const before = await faulty.dump();
          faulty.calls.inject((_, command) => (isWrite(command) ? fault : undefined));
          await expect(faulty.call(), label).rejects.toThrow(StoreUnavailableError);
          expect(faulty.calls.sent.filter(isWrite).length, label).toBeLessThanOrEqual(11);
          expect(await faulty.dump(), label).toEqual(before);
          expect(faulty.observed(), label).toEqual([]);
        }),
      );
    },
    20_000,
  );
}

/** A client, and the calls that it makes. */
function watchedClient(endpoint: string) {
  const client = testClient(endpoint);
  return { client, calls: watchCalls(client) };
}

/** @param watched for scenarios that run at the same time, one of their own */
async function prepared<Subject>(
  endpoint: string,
  scenario: Scenario<Subject>,
  { client, calls }: ReturnType<typeof watchedClient>,
) {
  calls.reset();
  const events: ExportEvent[] = [];
  const stores = await openDynamoStores(endpoint, client, (_, { event }) => events.push(event));
  const subject = await scenario.prepare(stores);
  const prepared = events.length;
  calls.reset();
  /** Everything in the table but the random marks, and how often a line was joined, which counts repetitions. */
  const dump = async () => {
    calls.reset();
    const { Items = [] } = await client.send(new ScanCommand({ TableName: stores.tableName, ConsistentRead: true }));
    return Items.map(({ mark: _mark, ...item }) => ('joined' in item ? { ...item, joined: 'n' } : item)).sort((a, b) =>
      `${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1,
    );
  };
  /** The changes that were observed since it was prepared. */
  const observed = () => events.slice(prepared);
  return { calls, dump, observed, call: () => scenario.call(stores, subject) };
}
