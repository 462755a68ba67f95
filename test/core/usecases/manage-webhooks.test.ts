// @module-tag webhook-secrets

import { describe, expect, test } from 'vitest';
import { mistakeInReceiverUrl } from '../../../adapters/webhooks/receiver-url.ts';
import { webhookEndpointRequest } from '../../../core/contract/webhook-schemas.ts';
import { validationIssues } from '../../../core/domain/validation.ts';
import { switchOff, webhookEvents } from '../../../core/domain/webhook.ts';
import {
  createWebhook,
  deleteWebhook,
  enableWebhook,
  listWebhookDeliveries,
  listWebhooks,
  rotateWebhookSecret,
  testWebhook,
} from '../../../core/usecases/manage-webhooks.ts';
import { viewDelivery, viewWebhook, viewWebhookWithSecret } from '../../../core/usecases/webhook-view.ts';
import { DAY, T0 } from '../../support/exports.ts';
import { caller } from '../../support/memory-deployment.ts';
import { createMemoryWebhooks } from '../../support/memory-webhooks.ts';
import { problemOf } from '../../support/problems.ts';
import { endpointId, newDelivery, newEndpoint, secretOf } from '../../support/webhooks.ts';

const olga = caller('olga', 'owner');
const gus = caller('gus', 'owner', 'globex');
const url = 'https://receiver.example/hook';
const requestOf = (request: object) => webhookEndpointRequest.parse(request);

function depsAt(now = T0) {
  let count = 0;
  const next = () => {
    count += 1;
    return count;
  };
  return {
    webhooks: createMemoryWebhooks(),
    ids: {
      endpointId: () => endpointId(next()),
      messageId: () => `msg_${next()}` as const,
      secret: () => secretOf(`secret ${next()}`),
    },
    clock: { now: () => now },
    mistakeInUrl: (text: string) => mistakeInReceiverUrl(text, false),
  };
}

describe('an owner', () => {
  test('creates an endpoint, whose secret is shown with this answer alone', async () => {
    const deps = depsAt();
    const endpoint = await createWebhook(deps, olga, requestOf({ url, description: ' Warehouse ' }));
    expect(viewWebhookWithSecret(endpoint, T0)).toEqual({
      id: endpoint.id,
      object: 'webhook_endpoint',
      url,
      events: webhookEvents,
      description: 'Warehouse',
      enabled: true,
      createdBy: 'olga',
      createdAt: new Date(T0).toISOString(),
      secret: endpoint.secret,
    });
    const listed = (await listWebhooks(deps, olga)).map((each) => viewWebhook(each, T0));
    expect(listed).toHaveLength(1);
    expect(JSON.stringify(listed)).not.toContain('whsec_');
    expect(await listWebhooks(deps, gus)).toEqual([]);
  });

  test('gets ten of them at most', async () => {
    const deps = depsAt();
    for (let n = 0; n < 10; n += 1) await createWebhook(deps, olga, requestOf({ url }));
    const problem = await problemOf(createWebhook(deps, olga, requestOf({ url })));
    expect(problem.code).toBe('too_many_webhook_endpoints');
    await createWebhook(deps, gus, requestOf({ url }));
  });

  test.each(['http://receiver.example/', 'https://10.0.0.1/', 'https://u:p@receiver.example/', 'no url'])(
    'is told what is wrong with %s',
    async (wrong) => {
      const deps = depsAt();
      const problem = await problemOf(createWebhook(deps, olga, requestOf({ url: wrong })));
      expect([problem.code, problem.issues.map(({ pointer }) => pointer)]).toEqual(['validation_failed', ['/url']]);
      expect(await listWebhooks(deps, olga)).toEqual([]);
    },
  );

  test('rotates the secret: the view tells until when the old one signs as well', async () => {
    const deps = depsAt();
    const { id, secret } = await createWebhook(deps, olga, requestOf({ url }));
    const rotated = await rotateWebhookSecret(deps, olga, id);
    expect(rotated.secret).not.toBe(secret);
    const until = new Date(T0 + DAY).toISOString();
    expect(viewWebhook(rotated, T0 + DAY - 1)).toMatchObject({ previousSecretExpiresAt: until });
    expect(viewWebhook(rotated, T0 + DAY)).not.toHaveProperty('previousSecretExpiresAt');
  });

  test('tries an endpoint out, unless it is off; and switches it on again', async () => {
    const deps = depsAt();
    const { id } = await createWebhook(deps, olga, requestOf({ url, events: ['export.failed'] }));
    const delivery = await testWebhook(deps, olga, id);
    expect(delivery).toMatchObject({ type: 'webhook.test', state: 'pending', nextTryAt: T0 });
    expect(await listWebhookDeliveries(deps, olga, id)).toEqual([delivery]);
    const ref = { accountId: 'acme', endpointId: endpointId(1) };
    const off = await deps.webhooks.change(ref, (each) => switchOff(each, 'gone', T0));
    expect(off && viewWebhook(off, T0)).toMatchObject({ enabled: false, disabledReason: 'gone' });
    expect((await problemOf(testWebhook(deps, olga, id))).code).toBe('webhook_endpoint_disabled');
    expect(viewWebhook(await enableWebhook(deps, olga, id), T0)).toMatchObject({ enabled: true });
    await testWebhook(deps, olga, id);
  });

  test('sees the newest fifty deliveries, with what became of each, and no body', async () => {
    const deps = depsAt();
    const endpoint = newEndpoint(1);
    await deps.webhooks.create(endpoint, 10);
    const tries = [
      { at: T0, durationMs: 12, status: 500 },
      { at: T0 + 9, durationMs: 3, reason: 'no answer in time' },
    ];
    for (let n = 1; n <= 60; n += 1) await deps.webhooks.queue(newDelivery(endpoint, n, { tries }));
    const views = (await listWebhookDeliveries(deps, olga, endpoint.id)).map(viewDelivery);
    expect(views).toHaveLength(50);
    expect(views[0]).toEqual({
      id: 'msg_60',
      object: 'webhook_delivery',
      type: 'export.ready',
      state: 'pending',
      createdAt: new Date(T0 + 60).toISOString(),
      nextTryAt: new Date(T0 + 60).toISOString(),
      tries: [
        { at: new Date(T0).toISOString(), durationMs: 12, status: 500 },
        { at: new Date(T0 + 9).toISOString(), durationMs: 3, reason: 'no answer in time' },
      ],
    });
  });
});

describe('an endpoint of another account, or none', () => {
  const others = [endpointId(1), endpointId(9), 'whe_1', '', `whe_${'x'.repeat(4_000)}`];

  test.each(others)('does not exist: %.20s', async (id) => {
    const deps = depsAt();
    await createWebhook(deps, gus, requestOf({ url }));
    for (const attempt of [
      deleteWebhook(deps, olga, id),
      rotateWebhookSecret(deps, olga, id),
      enableWebhook(deps, olga, id),
      testWebhook(deps, olga, id),
      listWebhookDeliveries(deps, olga, id),
    ]) {
      const problem = await problemOf(attempt);
      expect(problem.code).toBe('not_found');
      expect(problem.message.length).toBeLessThan(200);
    }
    expect(await listWebhooks(deps, gus)).toHaveLength(1);
  });
});

test.each(['viewer', 'member', 'admin'] as const)('a %s manages none', async (role) => {
  const deps = depsAt();
  const { id } = await createWebhook(deps, olga, requestOf({ url }));
  const someone = caller('ada', role);
  for (const attempt of [
    listWebhooks(deps, someone),
    createWebhook(deps, someone, requestOf({ url })),
    deleteWebhook(deps, someone, id),
    rotateWebhookSecret(deps, someone, id),
    enableWebhook(deps, someone, id),
    testWebhook(deps, someone, id),
    listWebhookDeliveries(deps, someone, id),
  ]) {
    expect((await problemOf(attempt)).code).toBe('permission_required');
  }
  expect(await listWebhooks(deps, olga)).toHaveLength(1);
});

describe('the description of an endpoint', () => {
  test.each([
    [{ url: 7 }, '/url'],
    [{ url, events: [] }, '/events'],
    [{ url, events: ['export.ready', 'export.ready'] }, '/events'],
    [{ url, events: ['export.started'] }, '/events/0'],
    [{ url, description: 'a\r\nb' }, '/description'],
    [{ url, description: 'x'.repeat(201) }, '/description'],
    [{ url, secret: 'whsec_mine' }, '/secret'],
  ])('is refused: %j', (request, pointer) => {
    const { error } = webhookEndpointRequest.safeParse(request);
    expect(error && validationIssues(error).map((issue) => issue.pointer)).toEqual([pointer]);
  });
});
