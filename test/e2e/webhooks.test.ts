// @module-tag webhook-signatures

import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ProblemView } from '../../core/contract/problem-schema.ts';
import type {
  WebhookDeliveryListView,
  WebhookEndpointListView,
  WebhookEndpointView,
  WebhookEndpointWithSecretView,
} from '../../core/contract/webhook-schemas.ts';
import { PATIENCE } from '../support/patience.ts';
import { type ReceivedWebhook, WebhookReceiver } from '../support/webhook-receiver.ts';
import { startTestCloud, type TestCloud } from './test-cloud.ts';

const ENDPOINTS = '/v1/webhook-endpoints';

let cloud: TestCloud;
let receiver: WebhookReceiver;
let endpoint: WebhookEndpointWithSecretView;
beforeAll(async () => {
  cloud = await startTestCloud({ acmeOrders: 100, globexOrders: 100 });
  receiver = await new WebhookReceiver().start();
}, 600_000);
afterAll(async () => {
  await receiver?.stop();
  await cloud?.stop();
});

/** Waits for the n-th request, from 1, and has its signature verified. */
async function receivedWith(secret: string, n: number) {
  const request = await vi.waitFor(() => {
    const nth = receiver.received[n - 1];
    if (nth === undefined) throw new Error(`only ${receiver.received.length} requests so far`);
    return nth;
  }, PATIENCE);
  return { request, event: verified(secret, request) };
}

function verified(secret: string, { body, headers }: ReceivedWebhook) {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}

const deliveries = async () =>
  (await cloud.call<WebhookDeliveryListView>('olga', 'GET', `${ENDPOINTS}/${endpoint.id}/deliveries`)).body.data;

test('an owner names a receiver, and is shown the secret once', async () => {
  const body = { url: receiver.url, description: 'Warehouse' };
  const created = await cloud.call<WebhookEndpointWithSecretView>('olga', 'POST', ENDPOINTS, { body });
  expect(created.status).toBe(201);
  expect(created.headers.get('cache-control')).toContain('no-store');
  endpoint = created.body;
  const { secret: _, ...shown } = endpoint;
  const listed = await cloud.call<WebhookEndpointListView>('olga', 'GET', ENDPOINTS);
  expect(listed.body).toEqual({ data: [shown] });
  expect((await cloud.call<WebhookEndpointListView>('gus', 'GET', ENDPOINTS)).body).toEqual({ data: [] });

  const wrong = await cloud.call<ProblemView>('olga', 'POST', ENDPOINTS, { body: { url: 'file:///etc/passwd' } });
  expect([wrong.status, wrong.body.errors?.map(({ pointer }) => pointer)]).toEqual([422, ['/url']]);
});

test('which hears at once that an export is ready, and never where the file is', async () => {
  const created = await cloud.create('ada', { report: 'orders' });
  const { file } = await cloud.ended('ada', created.body.id);
  const { request, event } = await receivedWith(endpoint.secret, 1);
  expect(event).toMatchObject({
    type: 'export.ready',
    data: {
      exportId: created.body.id,
      report: { id: 'orders' },
      status: 'ready',
      requestedBy: { userId: 'usr_ada' },
      file: { name: file?.name, bytes: file?.bytes, rows: 100, sha256: file?.sha256 },
    },
  });
  expect(request.body).not.toMatch(/https?:|@/);
  await vi.waitFor(async () => {
    expect(await deliveries()).toMatchObject([
      { id: request.headers['webhook-id'], type: 'export.ready', state: 'delivered', tries: [{ status: 204 }] },
    ]);
  }, PATIENCE);
});

test('how the next one ended, with both signatures during a rotation', async () => {
  const path = `${ENDPOINTS}/${endpoint.id}/rotate-secret`;
  const { body: rotated } = await cloud.call<WebhookEndpointWithSecretView>('olga', 'POST', path);
  expect(rotated.secret).not.toBe(endpoint.secret);
  const created = await cloud.create('ada', { report: 'orders' });
  await cloud.call('ada', 'POST', `/v1/exports/${created.body.id}/cancel`);
  const { status } = await cloud.ended('ada', created.body.id);
  const { request, event } = await receivedWith(endpoint.secret, 2);
  expect(event).toMatchObject({ type: `export.${status}`, data: { exportId: created.body.id } });
  expect(verified(rotated.secret, request)).toEqual(event);
});

test('and a test, within a minute; once it answers 410, nothing any more', async () => {
  const path = `${ENDPOINTS}/${endpoint.id}`;
  expect((await cloud.call('olga', 'POST', `${path}/test`)).status).toBe(202);
  receiver.answer = () => 410;
  await cloud.advance(60);
  const { body } = await receivedWith(endpoint.secret, 3).then(({ request }) => request);
  expect(JSON.parse(body)).toMatchObject({ type: 'webhook.test', data: { endpointId: endpoint.id } });
  const refused = await vi.waitFor(async () => {
    const answer = await cloud.call<ProblemView>('olga', 'POST', `${path}/test`);
    expect([answer.status, answer.body.code]).toEqual([409, 'webhook_endpoint_disabled']);
    return answer;
  }, PATIENCE);
  expect(refused.body.detail).toContain('/enable');
  const enabled = await cloud.call<WebhookEndpointView>('olga', 'POST', `${path}/enable`);
  expect(enabled.body).toMatchObject({ enabled: true });
  expect((await cloud.call('olga', 'DELETE', path)).status).toBe(204);
  expect((await cloud.call<ProblemView>('olga', 'DELETE', path)).body.code).toBe('not_found');
});
