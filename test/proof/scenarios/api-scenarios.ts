import { randomUUID } from 'node:crypto';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ExportView } from '../../../core/contract/export-schemas.ts';
import type { WebhookEndpointListView, WebhookEndpointView } from '../../../core/contract/webhook-schemas.ts';
import { linkKeysArn, operatorConfig } from '../../e2e/operator.ts';
import { WebhookReceiver } from '../../support/webhook-receiver.ts';
import { insist } from '../insistent-client.ts';
import type { ProofCloud } from '../proof-cloud.ts';
import {
  answered,
  createReady,
  createSmall,
  createUnder,
  failingMeasure,
  once,
  type Scenario,
  SETTLE_LIMIT_MS,
} from './scenario.ts';

const DAY_SECONDS = 86_400;

/** After a lost try the next comes a minute or two later. */
const PASSES_UNTIL_HEARD = 5;

const ENDPOINTS = '/v1/webhook-endpoints';

const get = (cloud: ProofCloud, path: string) => answered(() => cloud.call('gus', 'GET', path));

const send = <Body>(cloud: ProofCloud, method: string, path: string, body?: unknown, user = 'gus') =>
  answered(() => cloud.call<Body>(user, method, path, { body }));

/** What a person does beside having exports made. */
export const apiScenarios: readonly Scenario[] = [
  {
    name: 'reading',
    prepare: createReady,
    async run(cloud, id) {
      for (const path of ['me', 'reports', 'reports/orders', 'exports?limit=5', `exports/${id}`]) {
        await get(cloud, `/v1/${path}`);
      }
      for (const part of ['events', 'waybill', 'download']) await get(cloud, `/v1/exports/${id}/${part}`);
      await get(cloud, '/v1/exports?mine=true');
      await get(cloud, '/v1/reports/ticketing/filters/event/choices');
      await send(cloud, 'POST', '/v1/exports/estimate', { report: 'orders' });
      // Of an event that there is not: looked up, and refused.
      await send(cloud, 'POST', '/v1/exports', { report: 'ticketing', filters: { event: '9999' } });
    },
  },
  {
    name: 'repeated requests',
    prepare: (cloud) => createUnder(failingMeasure, cloud),
    async run(cloud, id) {
      const body = { report: 'orders', notify: ['gus@globex.example'] };
      for (const [path, request] of [
        ['', body],
        [`/${id}/retry`, undefined],
        [`/${id}/rerun`, undefined],
      ] as const) {
        const headers = once();
        for (const _ of ['first', 'again']) {
          await insist(() => cloud.call('gus', 'POST', `/v1/exports${path}`, { body: request, headers }));
        }
      }
    },
  },
  {
    name: 'resend',
    async prepare(cloud) {
      const id = await createReady(cloud);
      // Within a minute, nobody is mailed the same again.
      await cloud.sweep();
      return id;
    },
    run: (cloud, id) => send(cloud, 'POST', `/v1/exports/${id}/notifications`, { email: 'gus@globex.example' }),
  },
  {
    name: 'deletion',
    prepare: createReady,
    run: (cloud, id) => send<ExportView>(cloud, 'DELETE', `/v1/exports/${id}`),
  },
  {
    name: 'links',
    prepare: createReady,
    async run(cloud, id) {
      await send(cloud, 'POST', `/v1/exports/${id}/download-links`);
      await send(cloud, 'POST', '/v1/downloads', { token: mailedToken(cloud, id) });
    },
  },
  {
    name: 'link keys',
    run: rotateLinkKeys,
  },
  {
    name: 'support',
    async prepare(cloud) {
      const id = await createReady(cloud);
      // The same is asked for once a day.
      await cloud.advance(DAY_SECONDS);
      await cloud.events.settled();
      return id;
    },
    async run(cloud, id) {
      await send(cloud, 'POST', `/v1/exports/${id}/feedback`, { kind: 'other', text: 'Where is the fee?' });
      await get(cloud, '/v1/feedback');
      await requestAccess(cloud);
    },
  },
  {
    name: 'members',
    async run(cloud) {
      const path = '/v1/members/usr_gil';
      await send(cloud, 'PUT', path, { email: 'gil@globex.example', name: 'Gil Gray', role: 'viewer' });
      await send(cloud, 'PUT', path, { email: 'gil@globex.example', name: 'Gil Gray', role: 'owner' });
      await send(cloud, 'PUT', path, { email: 'gil@globex.example', name: 'Gil Gray', role: 'member' });
      await send(cloud, 'PUT', path, { email: 'gil@globex.example', name: 'Gil Gray', role: 'owner' });
      await get(cloud, '/v1/members');
      await send(cloud, 'DELETE', path);
    },
  },
  { name: 'webhooks', run: useWebhooks },
];

/** What leads from the mail about an export to its file. */
function mailedToken(cloud: ProofCloud, id: string): string {
  const mail = cloud.mailbox.list().find(({ tags }) => tags.exportId === id);
  const token = /\/download\/([\w.-]+)/.exec(mail?.text ?? '')?.[1];
  if (token === undefined) throw new Error(`no mail leads to ${id}`);
  return token;
}

async function rotateLinkKeys(cloud: ProofCloud): Promise<void> {
  const SecretId = linkKeysArn(cloud);
  const secret = cloud.plan.secrets.find(({ arn }) => arn === SecretId);
  if (secret === undefined) throw new Error('no secret is rotated');
  const client = new SecretsManagerClient(operatorConfig(cloud));
  const isUnfinished = async () => {
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
    return Object.values(VersionIdsToStages).some(
      (stages) => stages.includes('AWSPENDING') && !stages.includes('AWSCURRENT'),
    );
  };
  cloud.secrets.rotation.request(secret, randomUUID());
  await cloud.secrets.rotation.settled();
  while (await isUnfinished()) {
    try {
      cloud.secrets.rotation.request(secret, randomUUID());
    } catch {
      // It says that it goes on with the one before.
    }
    await cloud.secrets.rotation.settled();
  }
  client.destroy();
}

/** Asks until everybody is told, a minute later each time. */
async function requestAccess(cloud: ProofCloud): Promise<void> {
  const ask = () =>
    cloud.call('val', 'POST', '/v1/reports/orders/access-requests', { body: { reason: 'the board asks' } });
  while ((await ask()).status >= 500) await cloud.advance(61);
}

/** @throws Error when a receiver has not heard that an export is ready, although it was tried for minutes */
async function untilHeard(cloud: ProofCloud, receiver: WebhookReceiver, id: string): Promise<void> {
  const hasHeard = () => receiver.received.some(({ body }) => body.includes('"export.ready"') && body.includes(id));
  for (let passes = 0; !hasHeard(); passes += 1) {
    if (passes === PASSES_UNTIL_HEARD) throw new Error(`the receiver has not heard of ${id}`);
    await cloud.sweep();
  }
}

/** A receiver that is told of an export, and tested, with another secret; then is gone, and comes back. */
async function useWebhooks(cloud: ProofCloud): Promise<void> {
  const receiver = await new WebhookReceiver().start();
  try {
    const { body: endpoint } = await send<WebhookEndpointView>(cloud, 'POST', ENDPOINTS, { url: receiver.url });
    const path = `${ENDPOINTS}/${endpoint.id}`;
    const id = await createSmall(cloud);
    await cloud.settle(SETTLE_LIMIT_MS);
    await untilHeard(cloud, receiver, id);
    await send(cloud, 'POST', `${path}/rotate-secret`);
    await send(cloud, 'POST', `${path}/test`);
    await cloud.sweep();
    await get(cloud, `${path}/deliveries`);
    receiver.answer = () => 410;
    await send(cloud, 'POST', `${path}/test`);
    await cloud.sweep();
    await send(cloud, 'POST', `${path}/enable`);
    const { body } = await answered(() => cloud.call<WebhookEndpointListView>('gus', 'GET', ENDPOINTS));
    // Whose answer was lost is there twice.
    for (const { id } of body.data) await send(cloud, 'DELETE', `${ENDPOINTS}/${id}`);
  } finally {
    await receiver.stop();
  }
}
