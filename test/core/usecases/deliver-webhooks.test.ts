// @module-tag webhook-signatures
// @module-tag webhook-receivers
// @module-tag two-deliverers

import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { httpWebhookSender } from '../../../adapters/webhooks/sender.ts';
import { standardSigner } from '../../../adapters/webhooks/signer.ts';
import { rotateSecret, switchOff, switchOn, type WebhookEndpoint } from '../../../core/domain/webhook.ts';
import { TRY_LEASE_MS } from '../../../core/domain/webhook-delivery.ts';
import { systemClock } from '../../../core/ports/clock.ts';
import { deliverDueWebhooks, deliverWebhooksOf } from '../../../core/usecases/deliver-webhooks.ts';
import { queueWebhooks } from '../../../core/usecases/queue-webhooks.ts';
import { DAY, file, HOUR, newExport, T0 } from '../../support/exports.ts';
import { createMemoryWebhooks } from '../../support/memory-webhooks.ts';
import { type ReceivedWebhook, WebhookReceiver } from '../../support/webhook-receiver.ts';
import { newDelivery, newEndpoint, secretOf } from '../../support/webhooks.ts';

const MINUTE = 60_000;
const receivers: WebhookReceiver[] = [];

// The verifier of signatures asks the machine for the time.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: T0 }));
afterEach(async () => {
  vi.useRealTimers();
  for (const receiver of receivers.splice(0)) await receiver.stop();
});

async function startReceiver() {
  const receiver = await new WebhookReceiver().start();
  receivers.push(receiver);
  return receiver;
}

function deployment({ timeoutMs = 10_000 } = {}) {
  const webhooks = createMemoryWebhooks();
  const deps = {
    webhooks,
    sender: httpWebhookSender({ allowPrivate: true, timeoutMs }),
    signer: standardSigner,
    clock: systemClock,
    random: () => 0,
  };
  return {
    webhooks,
    deps,
    pass: () => deliverDueWebhooks(deps),
    /** A pass every minute, as the schedule has it. */
    async passesFor(durationMs: number) {
      for (const end = Date.now() + durationMs; Date.now() < end; ) {
        await deliverDueWebhooks(deps);
        vi.setSystemTime(Date.now() + MINUTE);
      }
    },
    /** An endpoint at the receiver's, with as many deliveries as asked for. */
    async endpoint(n: number, url: string, deliveries = 1): Promise<WebhookEndpoint> {
      const endpoint = newEndpoint(n, { url });
      await webhooks.create(endpoint, 1_000);
      for (let m = 1; m <= deliveries; m += 1) {
        await webhooks.queue(newDelivery(endpoint, m, { id: `msg_${n}_${m}`, nextTryAt: Date.now() }));
      }
      return endpoint;
    },
    async find({ accountId, id }: WebhookEndpoint) {
      return webhooks.find({ accountId, endpointId: id });
    },
    change: ({ accountId, id }: WebhookEndpoint, rule: (endpoint: WebhookEndpoint) => WebhookEndpoint) =>
      webhooks.change({ accountId, endpointId: id }, rule),
    async only({ id }: WebhookEndpoint) {
      const [delivery, ...others] = await webhooks.deliveries(id, 50);
      if (!delivery || others.length > 0) throw new Error('there is not exactly one delivery');
      return delivery;
    },
  };
}

const isVerified = (secret: string, { body, headers }: ReceivedWebhook) => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
};

describe('a receiver', () => {
  test('gets the body with its id, and is done with it once it answers 2xx', async () => {
    const { endpoint, pass, only, find } = deployment();
    const receiver = await startReceiver();
    const to = await endpoint(1, receiver.url);
    expect(await pass()).toEqual({ delivered: 1, postponed: 0, failed: 0, failures: [] });
    expect(await pass()).toEqual({ delivered: 0, postponed: 0, failed: 0, failures: [] });
    expect(receiver.received).toMatchObject([{ body: '{"n":1}', headers: { 'webhook-id': 'msg_1_1' } }]);
    expect(await only(to)).toMatchObject({ state: 'delivered', tries: [{ at: T0, status: 204 }] });
    expect(await find(to)).toMatchObject({ lastSuccessAt: T0 });
  });

  test('that answers 500 for an hour gets it then, the same under the same id each time', async () => {
    const { endpoint, passesFor, only } = deployment();
    const receiver = await startReceiver();
    receiver.answer = () => (Date.now() < T0 + HOUR ? 500 : 200);
    const to = await endpoint(1, receiver.url);
    await passesFor(2 * HOUR);
    const { state, tries } = await only(to);
    expect(state).toBe('delivered');
    expect(tries.map(({ at, status }) => [(at - T0) / MINUTE, status])).toEqual([
      [0, 500],
      [1, 500],
      [5, 500],
      [15, 500],
      [30, 500],
      [60, 200],
    ]);
    expect(new Set(receiver.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1);
    expect(receiver.received.every((each) => each.headers['webhook-signature'] !== undefined)).toBe(true);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(6);
  });

  test.each([
    ['redirects', () => ({ status: 307, location: '/elsewhere' }) as const, { status: 307 }],
    ['is too slow', () => undefined, { reason: 'no answer in time' }],
  ])('that %s is tried again', async (_, answer, made) => {
    const { endpoint, pass, only } = deployment({ timeoutMs: 300 });
    const receiver = await startReceiver();
    receiver.answer = answer;
    const to = await endpoint(1, receiver.url);
    expect(await pass()).toMatchObject({ postponed: 1 });
    expect(await only(to)).toMatchObject({ state: 'pending', tries: [made], nextTryAt: T0 + MINUTE });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
  });

  test('that refuses connections is tried again', async () => {
    const { endpoint, pass, only } = deployment();
    const receiver = await startReceiver();
    const to = await endpoint(1, receiver.url);
    await receiver.stop();
    expect(await pass()).toMatchObject({ postponed: 1 });
    expect(await only(to)).toMatchObject({ tries: [{ reason: 'the connection was refused' }] });
  });

  test('that answers 410 is switched off at once, and gets nothing of what was waiting', async () => {
    const { endpoint, pass, passesFor, find, webhooks } = deployment();
    const receiver = await startReceiver();
    receiver.answer = () => 410;
    const to = await endpoint(1, receiver.url, 20);
    await pass();
    expect(await find(to)).toMatchObject({ switchedOff: { at: T0, reason: 'gone' } });
    const asked = receiver.received.length;
    // As many as were on their way when the first one was answered.
    expect(asked).toBeLessThanOrEqual(4);
    await passesFor(HOUR);
    expect(receiver.received).toHaveLength(asked);
    const states = (await webhooks.deliveries(to.id, 50)).map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['failed']));
  });

  test('that is removed gets nothing any more', async () => {
    const { endpoint, pass, webhooks } = deployment();
    const receiver = await startReceiver();
    const to = await endpoint(1, receiver.url);
    await webhooks.remove({ accountId: to.accountId, endpointId: to.id });
    expect(await pass()).toEqual({ delivered: 0, postponed: 0, failed: 1, failures: [] });
    expect(receiver.received).toEqual([]);
  });

  test('that is slow delays nobody else', async () => {
    const { endpoint, pass } = deployment();
    const [slow, quick] = [await startReceiver(), await startReceiver()];
    const served = Promise.withResolvers<void>();
    // It answers only after the other one has had everything.
    slow.answer = () => served.promise.then(() => 200);
    quick.answer = () => {
      if (quick.received.length === 30) served.resolve();
      return 200;
    };
    await endpoint(1, slow.url, 30);
    await endpoint(2, quick.url, 30);
    expect(await pass()).toMatchObject({ delivered: 60 });
  });
});

describe('the step after an ending', () => {
  const record = newExport(1, { status: 'ready', readyAt: T0, endedAt: T0, expiresAt: T0 + DAY, file });
  const store = { get: async () => record };
  const ref = { accountId: 'acme', exportId: record.id };

  test('makes the first try of what is sent about that export, and no other', async () => {
    const { endpoint, deps, webhooks } = deployment();
    const [receiver, other] = [await startReceiver(), await startReceiver()];
    await endpoint(1, receiver.url, 3);
    await endpoint(2, other.url, 0);
    await queueWebhooks({ webhooks }, record, T0);
    expect(await deliverWebhooksOf({ ...deps, store }, ref)).toMatchObject({ delivered: 2 });
    for (const { received } of [receiver, other]) {
      expect(received.map(({ body }) => JSON.parse(body))).toMatchObject([
        { type: 'export.ready', data: { exportId: record.id } },
      ]);
    }
    expect(await deliverWebhooksOf({ ...deps, store }, ref)).toMatchObject({ delivered: 0, failures: [] });
  });

  test('does nothing where nothing is to be sent', async () => {
    const { deps } = deployment();
    const nothing = { delivered: 0, postponed: 0, failed: 0, failures: [] };
    expect(await deliverWebhooksOf({ ...deps, store }, ref)).toEqual(nothing);
    expect(await deliverWebhooksOf({ ...deps, store: { get: async () => undefined } }, ref)).toEqual(nothing);
  });
});

describe('the signature', () => {
  const [first, second] = [newEndpoint(1).secret, secretOf('second')];

  test.each([
    ['before a rotation', 0, undefined, [true, false]],
    ['during one', DAY - MINUTE, 0, [true, true]],
    ['after it', DAY, 0, [false, true]],
  ])('%s verifies with the secrets of that time', async (_, waitMs, rotateAfterMs, expected) => {
    const { endpoint, pass, change } = deployment();
    const receiver = await startReceiver();
    const to = await endpoint(1, receiver.url);
    if (rotateAfterMs !== undefined) await change(to, (each) => rotateSecret(each, second, Date.now()));
    vi.setSystemTime(T0 + waitMs);
    await pass();
    const [request] = receiver.received;
    if (!request) throw new Error('nothing came');
    expect([isVerified(first, request), isVerified(second, request)]).toEqual(expected);
  });

  test('is made at each try anew, so that it is never too old', async () => {
    const { endpoint, pass } = deployment();
    const receiver = await startReceiver();
    receiver.answer = () => 500;
    await endpoint(1, receiver.url);
    await pass();
    vi.setSystemTime(T0 + HOUR);
    await pass();
    expect(receiver.received.map((request) => isVerified(first, request))).toEqual([false, true]);
  });
});

describe('a try', () => {
  test('is made once, however many passes run at the same time', async () => {
    const { endpoint, pass } = deployment();
    const receiver = await startReceiver();
    await endpoint(1, receiver.url, 10);
    const reports = await Promise.all([pass(), pass(), pass()]);
    expect(reports.map(({ delivered }) => delivered).reduce((sum, each) => sum + each)).toBe(10);
    expect(receiver.received).toHaveLength(10);
  });

  test('whose outcome was lost is made again after the lease, under the same id', async () => {
    const { endpoint, pass, deps, webhooks, only } = deployment();
    const receiver = await startReceiver();
    const to = await endpoint(1, receiver.url);
    const broken = { ...webhooks, settle: () => Promise.reject(new Error('the table is out of reach')) };
    expect(await deliverDueWebhooks({ ...deps, webhooks: broken })).toMatchObject({ delivered: 0, failures: [{}] });
    await pass();
    expect(receiver.received).toHaveLength(1);
    vi.setSystemTime(T0 + TRY_LEASE_MS);
    await pass();
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(['msg_1_1', 'msg_1_1']);
    expect(await only(to)).toMatchObject({ state: 'delivered' });
  });

  test('that could not be made keeps no other from being made', async () => {
    const { endpoint, deps, webhooks } = deployment();
    const receiver = await startReceiver();
    await endpoint(1, receiver.url, 3);
    const broken: typeof webhooks = {
      ...webhooks,
      claim: (ref, now) => (ref.id === 'msg_1_1' ? Promise.reject(new Error('throttled')) : webhooks.claim(ref, now)),
    };
    expect(await deliverDueWebhooks({ ...deps, webhooks: broken })).toMatchObject({ delivered: 2, failures: [{}] });
  });
});

describe('a day of failures', () => {
  const failing = async () => {
    const all = deployment();
    const receiver = await startReceiver();
    receiver.answer = () => 503;
    return { ...all, receiver, to: await all.endpoint(1, receiver.url) };
  };

  test('switches the endpoint off', async () => {
    const { passesFor, find, only, to } = await failing();
    await passesFor(DAY);
    expect(await find(to)).not.toHaveProperty('switchedOff');
    await passesFor(MINUTE);
    expect(await find(to)).toMatchObject({ switchedOff: { at: T0 + DAY, reason: 'failing', tellAt: T0 + DAY } });
    expect(await only(to)).toMatchObject({ state: 'failed' });
    expect((await only(to)).tries).toHaveLength(11);
  });

  test('does not when anything has arrived in between', async () => {
    const { passesFor, find, receiver, webhooks, to } = await failing();
    await passesFor(HOUR);
    receiver.answer = ({ body }) => (body.includes('other') ? 200 : 503);
    await webhooks.queue(newDelivery(to, 9, { id: 'msg_other', body: '{"n":"other"}', nextTryAt: Date.now() }));
    await passesFor(DAY);
    expect(await find(to)).not.toHaveProperty('switchedOff');
  });

  test('does not when the endpoint was switched on again in between', async () => {
    const { passesFor, find, change, to } = await failing();
    // Within a minute, so that what is waiting was not given up.
    await change(to, (each) => switchOn(switchOff(each, 'gone', T0), T0 + HOUR));
    await passesFor(DAY + MINUTE);
    expect(await find(to)).not.toHaveProperty('switchedOff');
  });
});
