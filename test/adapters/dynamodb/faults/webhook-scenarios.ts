import type { Stores } from '../../../../adapters/dynamodb/stores.ts';
import { noteSuccess, rotateSecret, switchOff } from '../../../../core/domain/webhook.ts';
import { afterTry, TRY_LEASE_MS } from '../../../../core/domain/webhook-delivery.ts';
import { HOUR, T0 } from '../../../support/exports.ts';
import { newDelivery, newEndpoint, secretOf } from '../../../support/webhooks.ts';
import type { Scenario } from './scenario.ts';

const endpoint = newEndpoint(1);
const ref = { accountId: 'acme', endpointId: endpoint.id };
export const delivery = newDelivery(endpoint, 1);
const claimed = { ...delivery, nextTryAt: T0 + HOUR + TRY_LEASE_MS };
const delivered = afterTry(claimed, { at: T0 + HOUR, durationMs: 5, status: 200 }, 0);

const withEndpoint = async ({ webhooks }: Stores) => void (await webhooks.create(endpoint, 10));
const withClaim = async ({ webhooks }: Stores) => {
  await webhooks.queue(delivery);
  await webhooks.claim(delivery, T0 + HOUR);
};

/** Webhook endpoints and deliveries; but a claim, whose answer is another one when its reply is lost. */
export const webhookScenarios: readonly Scenario<void>[] = [
  {
    method: 'webhooks.create',
    what: 'the last that there is room for',
    prepare: async () => {},
    call: ({ webhooks }) => webhooks.create(endpoint, 1),
  },
  {
    method: 'webhooks.change',
    what: 'a rotation of the secret',
    prepare: withEndpoint,
    call: ({ webhooks }) => webhooks.change(ref, (each) => rotateSecret(each, secretOf('new'), T0 + HOUR)),
  },
  {
    method: 'webhooks.change',
    what: 'a success',
    prepare: withEndpoint,
    call: ({ webhooks }) => webhooks.change(ref, (each) => noteSuccess(each, T0 + 1)),
  },
  {
    method: 'webhooks.change',
    what: 'a switch off',
    prepare: withEndpoint,
    call: ({ webhooks }) => webhooks.change(ref, (each) => switchOff(each, 'gone', T0 + 1)),
  },
  {
    method: 'webhooks.remove',
    what: 'an endpoint',
    prepare: withEndpoint,
    call: ({ webhooks }) => webhooks.remove(ref),
  },
  {
    method: 'webhooks.queue',
    what: 'a delivery',
    prepare: withEndpoint,
    call: ({ webhooks }) => webhooks.queue(delivery),
  },
  {
    method: 'webhooks.settle',
    what: 'delivered',
    prepare: withClaim,
    call: ({ webhooks }) => webhooks.settle(claimed, delivered),
  },
];
