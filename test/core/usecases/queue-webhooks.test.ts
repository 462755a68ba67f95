// @module-tag webhooks-told-once

import { describe, expect, test } from 'vitest';
import { failureOf } from '../../../core/domain/failure.ts';
import { switchOff } from '../../../core/domain/webhook.ts';
import { queueWebhooks } from '../../../core/usecases/queue-webhooks.ts';
import { DAY, file, HOUR, newExport, T0 } from '../../support/exports.ts';
import { createMemoryWebhooks } from '../../support/memory-webhooks.ts';
import { newEndpoint } from '../../support/webhooks.ts';

const ready = newExport(1, { status: 'ready', readyAt: T0 + 5, endedAt: T0 + 5, expiresAt: T0 + DAY, file });
const failed = newExport(2, { status: 'failed', endedAt: T0 + 6, failure: failureOf('internal') });

async function withEndpoints(...endpoints: ReturnType<typeof newEndpoint>[]) {
  const webhooks = createMemoryWebhooks();
  for (const endpoint of endpoints) await webhooks.create(endpoint, 10);
  const sentTo = async (endpoint: ReturnType<typeof newEndpoint>) =>
    (await webhooks.deliveries(endpoint.id, 50)).map(({ type }) => type);
  return { webhooks, sentTo };
}

describe('an ending', () => {
  test('is queued for each endpoint of the account that wants it', async () => {
    const all = newEndpoint(1);
    const failures = newEndpoint(2, { events: ['export.failed'] });
    const off = switchOff(newEndpoint(3), 'failing', T0);
    const foreign = newEndpoint(4, { accountId: 'globex' });
    const { webhooks, sentTo } = await withEndpoints(all, failures, off, foreign);
    await queueWebhooks({ webhooks }, ready, T0 + HOUR);
    await queueWebhooks({ webhooks }, failed, T0 + HOUR);
    expect(await sentTo(all)).toEqual(['export.failed', 'export.ready']);
    expect(await sentTo(failures)).toEqual(['export.failed']);
    expect([await sentTo(off), await sentTo(foreign)]).toEqual([[], []]);
  });

  test('that is told twice is one delivery, due at once and dated when it happened', async () => {
    const endpoint = newEndpoint(1);
    const { webhooks } = await withEndpoints(endpoint);
    await queueWebhooks({ webhooks }, ready, T0 + HOUR);
    await queueWebhooks({ webhooks }, { ...ready, version: 8, updatedAt: T0 + 9 }, T0 + 2 * HOUR);
    expect(await webhooks.deliveries(endpoint.id, 50)).toEqual([
      expect.objectContaining({ createdAt: T0 + 5, nextTryAt: T0 + HOUR, state: 'pending', accountId: 'acme' }),
    ]);
  });

  test('has a message of its own for each endpoint and event', async () => {
    const endpoints = [newEndpoint(1), newEndpoint(2)];
    const { webhooks } = await withEndpoints(...endpoints);
    await queueWebhooks({ webhooks }, ready, T0);
    await queueWebhooks({ webhooks }, { ...ready, status: 'expired' }, T0 + DAY);
    const queued = await Promise.all(endpoints.map(({ id }) => webhooks.deliveries(id, 50)));
    const ids = queued.flat().map(({ id }) => id);
    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^msg_[\w-]{27}$/);
  });

  test('costs one query when the account has no endpoint, and nothing while there is no ending', async () => {
    const calls: string[] = [];
    const webhooks = {
      list: async (accountId: string) => {
        calls.push(accountId);
        return [];
      },
      queue: async () => Promise.reject(new Error('there is nothing to queue')),
    };
    await queueWebhooks({ webhooks }, ready, T0);
    await queueWebhooks({ webhooks }, newExport(3), T0);
    expect(calls).toEqual(['acme']);
  });
});
