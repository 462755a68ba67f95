// @module-tag webhooks-told-once

import { beforeEach, describe, expect, test } from 'vitest';
import type { ExportRef } from '../../../core/domain/export-id.ts';
import { failureOf } from '../../../core/domain/failure.ts';
import { announceExport } from '../../../core/usecases/announce-export.ts';
import { DAY, HOUR } from '../../support/exports.ts';
import { createMemoryDeployment, type MemoryDeployment, val } from '../../support/memory-deployment.ts';
import { newEndpoint } from '../../support/webhooks.ts';

const MINUTE = 60_000;
const endpoint = newEndpoint(1);

let deployment: MemoryDeployment;
beforeEach(async () => {
  deployment = createMemoryDeployment();
  await deployment.stores.memberships.put(val);
  await deployment.webhooks.create(endpoint, 10);
});

const queued = async () => (await deployment.webhooks.deliveries(endpoint.id, 50)).map(({ type }) => type);
const end = (ref: ExportRef, ending: Parameters<MemoryDeployment['store']['end']>[1]) => {
  const now = deployment.clock.now();
  return deployment.store.end(ref, ending, { kind: 'attempt', attempt: 0 }, { by: 'system', at: now });
};

describe('an ending reaches the account’s endpoints', () => {
  test.each([
    ['ready', true],
    ['ready', false],
  ])('%s, whether or not its requester has a mail: %s', async (_, notifyRequester) => {
    const ref = await deployment.createReady(val, { notifyRequester });
    for (const _ of [1, 2]) await announceExport(deployment.deps, ref);
    expect(await queued()).toEqual(['export.ready']);
  });

  test('ready, however badly the mail fares', async () => {
    const ref = await deployment.createReady(val);
    deployment.mailer.failNext(new Error('SES is away'), 'before');
    await expect(announceExport(deployment.deps, ref)).rejects.toThrow('SES is away');
    expect(await queued()).toEqual(['export.ready']);
  });

  test.each([
    ['failed', { to: 'failed', failure: failureOf('worker_lost') }],
    ['cancelled', { to: 'cancelled' }],
  ] as const)('%s in the queue, by way of the sweeper', async (status, ending) => {
    const ref = await deployment.createQueued(val);
    await end(ref, ending);
    deployment.advance(MINUTE);
    await deployment.sweep();
    expect(await queued()).toEqual([`export.${status}`]);
    expect(await deployment.find(ref)).toMatchObject({ announced: status });
  });

  test('ready and then expired, a week later', async () => {
    const ref = await deployment.createReady(val);
    await announceExport(deployment.deps, ref);
    deployment.advance(7 * DAY + HOUR);
    await deployment.sweep();
    expect(await queued()).toEqual(['export.expired', 'export.ready']);
    deployment.advance(MINUTE);
    expect(await deployment.sweep()).toMatchObject({ announced: 0 });
  });
});

describe('endpoints hear nothing', () => {
  test('before there is an ending', async () => {
    await announceExport(deployment.deps, await deployment.createRunning(val));
    expect(await queued()).toEqual([]);
  });

  test('of mails that are asked for later', async () => {
    const ref = await deployment.createReady(val);
    await announceExport(deployment.deps, ref);
    await deployment.webhooks.create(newEndpoint(2), 10);
    deployment.advance(DAY);
    const { userId, email } = val;
    const actor = { by: 'val', at: deployment.clock.now() };
    await deployment.store.askForMails(ref, [{ userId, email }], deployment.ids.notificationId, actor);
    await announceExport(deployment.deps, ref);
    expect(deployment.mailer.sent).toHaveLength(2);
    expect(await deployment.webhooks.deliveries(newEndpoint(2).id, 50)).toEqual([]);
  });
});
