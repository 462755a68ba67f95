import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noteSuccess, rotateSecret, switchOff } from '../../../core/domain/webhook.ts';
import { afterTry, TRY_LEASE_MS } from '../../../core/domain/webhook-delivery.ts';
import type { WebhookStore } from '../../../core/ports/webhook-store.ts';
import { openDynamoStores } from '../../support/dynamo-stores.ts';
import { startDynamo, type TestDynamo, testClient } from '../../support/dynoxide.ts';
import { HOUR, T0 } from '../../support/exports.ts';
import { type Fault, faults, isWrite, watchCalls } from '../../support/faulty-client.ts';
import { newDelivery, newEndpoint, secretOf } from '../../support/webhooks.ts';

const endpoint = newEndpoint(1);
const ref = { accountId: 'acme', endpointId: endpoint.id };
const delivery = newDelivery(endpoint, 1);
const claimed = { ...delivery, nextTryAt: T0 + HOUR + TRY_LEASE_MS };
const delivered = afterTry(claimed, { at: T0 + HOUR, durationMs: 5, status: 200 }, 0);

const withEndpoint = async (webhooks: WebhookStore) => void (await webhooks.create(endpoint, 10));
const withDelivery = (webhooks: WebhookStore) => webhooks.queue(delivery);
const withClaim = async (webhooks: WebhookStore) => {
  await webhooks.queue(delivery);
  await webhooks.claim(delivery, T0 + HOUR);
};

interface Scenario {
  readonly what: string;
  readonly prepare: (webhooks: WebhookStore) => Promise<void>;
  readonly call: (webhooks: WebhookStore) => Promise<unknown>;
}

const scenarios: readonly Scenario[] = [
  { what: 'create', prepare: async () => {}, call: (webhooks) => webhooks.create(endpoint, 1) },
  {
    what: 'a rotation of the secret',
    prepare: withEndpoint,
    call: (webhooks) => webhooks.change(ref, (each) => rotateSecret(each, secretOf('new'), T0 + HOUR)),
  },
  {
    what: 'a success',
    prepare: withEndpoint,
    call: (webhooks) => webhooks.change(ref, (each) => noteSuccess(each, T0 + 1)),
  },
  {
    what: 'a switch off',
    prepare: withEndpoint,
    call: (webhooks) => webhooks.change(ref, (each) => switchOff(each, 'gone', T0 + 1)),
  },
  { what: 'remove', prepare: withEndpoint, call: (webhooks) => webhooks.remove(ref) },
  { what: 'queue', prepare: withEndpoint, call: (webhooks) => webhooks.queue(delivery) },
  { what: 'settle', prepare: withClaim, call: (webhooks) => webhooks.settle(claimed, delivered) },
];

let dynamo: TestDynamo;
beforeAll(async () => {
  dynamo = await startDynamo();
});
afterAll(() => dynamo.stop());

async function prepared({ prepare, call }: Scenario) {
  const client = testClient(dynamo.endpoint);
  const { webhooks, tableName } = await openDynamoStores(dynamo.endpoint, client);
  const calls = watchCalls(client);
  await prepare(webhooks);
  calls.reset();
  const dump = async () => {
    calls.reset();
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
    return Items.sort((a, b) => (`${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1));
  };
  return { calls, dump, call: () => call(webhooks) };
}

describe.each(scenarios)('$what', (scenario) => {
  it('answers rightly and changes the same, however its write goes wrong', async () => {
    const clean = await prepared(scenario);
    const outcome = await clean.call();
    expect(clean.calls.sent.filter(isWrite)).toHaveLength(1);
    const table = await clean.dump();
    const sequences: Fault[][] = [...faults.map((fault) => [fault]), ['lost reply', 'conflict']];
    for (const sequence of sequences) {
      const faulty = await prepared(scenario);
      const left = [...sequence];
      faulty.calls.inject((_, command) => (isWrite(command) ? left.shift() : undefined));
      expect(await faulty.call(), sequence.join()).toEqual(outcome);
      expect(await faulty.dump(), sequence.join()).toEqual(table);
    }
  });
});

describe('a claim', () => {
  it.each(faults)(
    'whose write meets a %s is nobody’s, and is due again after the lease at the latest',
    async (fault) => {
      const client = testClient(dynamo.endpoint);
      const { webhooks } = await openDynamoStores(dynamo.endpoint, client);
      const calls = watchCalls(client);
      await withDelivery(webhooks);
      calls.inject(() => fault);
      expect(await webhooks.claim(delivery, T0 + HOUR)).toBeUndefined();
      calls.reset();
      expect(await webhooks.claim(delivery, T0 + HOUR + TRY_LEASE_MS)).toBeDefined();
    },
  );
});
