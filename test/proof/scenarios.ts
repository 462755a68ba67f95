import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportView } from '../../core/contract/export-schemas.ts';
import type { ExportRecord } from '../../core/domain/export-record.ts';
import { insist } from './insistent-client.ts';
import type { ProofCloud } from './proof-cloud.ts';

/** Enough orders for both routes: all of acme's are too many for a function. */
export const SCENARIO_ORDERS = { acme: 11_000, globex: 1_000 };

/** How long a scenario may take until everything it began has ended. */
export const SETTLE_LIMIT_MS = 120_000;

const ONE_LOOK_MS = 20;

const DAY_SECONDS = 86_400;

/** A part of an export's life, in which every call to AWS is a point where something may break. */
export interface Scenario {
  readonly name: string;
  /** What must have happened before; without faults, and not looked at. */
  readonly prepare: (cloud: ProofCloud) => Promise<string>;
  /** @param id of the export that was prepared */
  readonly run: (cloud: ProofCloud, id: string) => Promise<unknown>;
}

let requests = 0;

/** Queues an export as a good client does: with a key, until it is accepted. */
async function create(cloud: ProofCloud, user: string, filters: object = {}): Promise<string> {
  requests += 1;
  const headers = { 'idempotency-key': `scenario-${requests}` };
  return (await insist(() => cloud.create(user, { report: 'orders', filters }, headers))).id;
}

const createSmall = (cloud: ProofCloud) => create(cloud, 'gus');
const createLarge = (cloud: ProofCloud) => create(cloud, 'ada');

async function createReady(cloud: ProofCloud): Promise<string> {
  const id = await createSmall(cloud);
  await cloud.settle(SETTLE_LIMIT_MS);
  return id;
}

/** One whose measuring fails as often as it is tried. */
async function createFailed(cloud: ProofCloud): Promise<string> {
  await cloud.faults.set({ rules: [{ kind: 'error', principal: 'MeasureExport', tries: 'all' }] });
  const id = await createSmall(cloud);
  await cloud.settle(SETTLE_LIMIT_MS);
  await cloud.faults.set({ rules: [] });
  return id;
}

/** A record without an execution, and an open upload that the first attempt of another export could not abort. */
async function createNeglected(cloud: ProofCloud): Promise<string> {
  await cloud.faults.set({
    rules: [
      { kind: 'error', principal: 'RunSmall', operation: 'CompleteMultipartUpload', tries: 'all', limit: 1 },
      { kind: 'error', principal: 'RunSmall', operation: 'AbortMultipartUpload', tries: 'all', limit: 1 },
      { kind: 'error', principal: 'CreateExport', operation: 'StartExecution', skip: 1, tries: 'all' },
    ],
  });
  await createSmall(cloud);
  await cloud.settle(SETTLE_LIMIT_MS);
  const id = await createSmall(cloud);
  await cloud.faults.set({ rules: [] });
  return id;
}

const untilRunning = (cloud: ProofCloud, id: string) => until(cloud, id, ({ status }) => status !== 'queued');

/** Its execution has come to the queue. */
const untilWaiting = (cloud: ProofCloud, id: string) =>
  until(cloud, id, ({ status, taskToken }) => status !== 'queued' || taskToken !== undefined);

async function until(cloud: ProofCloud, id: string, isSo: (record: ExportRecord) => boolean): Promise<void> {
  for (;;) {
    // A fault may have taken what is waited for; then time brings it.
    await cloud.settle(ONE_LOOK_MS);
    const found = (await cloud.witness.exports()).find(({ record }) => record.id === id);
    if (found !== undefined && isSo(found.record)) return;
  }
}

/** Repeats a request until it is answered with anything but a failure of the server. */
async function answered(send: () => Promise<{ status: number }>): Promise<void> {
  while ((await send()).status >= 500) await sleep(50);
}

const nothing = async () => '';

export const scenarios: readonly Scenario[] = [
  { name: 'small export', prepare: nothing, run: createSmall },
  { name: 'large export', prepare: nothing, run: createLarge },
  {
    name: 'cancel while queued',
    async prepare(cloud) {
      await cloud.fillPool();
      return '';
    },
    async run(cloud) {
      const id = await createSmall(cloud);
      await untilWaiting(cloud, id);
      await insist(() => cloud.call('gus', 'POST', `/v1/exports/${id}/cancel`));
    },
  },
  {
    name: 'cancel while running',
    prepare: nothing,
    async run(cloud) {
      const id = await createLarge(cloud);
      await untilRunning(cloud, id);
      await insist(() => cloud.call('ada', 'POST', `/v1/exports/${id}/cancel`));
    },
  },
  {
    name: 'retry',
    prepare: createFailed,
    run: (cloud, id) => insist(() => cloud.call('gus', 'POST', `/v1/exports/${id}/retry`)),
  },
  {
    name: 're-run',
    prepare: createReady,
    run: (cloud, id) => insist(() => cloud.call('gus', 'POST', `/v1/exports/${id}/rerun`)),
  },
  {
    name: 'sweep',
    prepare: createNeglected,
    async run(cloud) {
      await cloud.sweep();
      await cloud.sweep();
    },
  },
  {
    name: 'expiry',
    prepare: createReady,
    async run(cloud) {
      // Kept for seven days, and removed an hour later.
      await cloud.advance(7 * DAY_SECONDS + 3_700);
      await cloud.events.settled();
    },
  },
  {
    name: 'reading',
    prepare: createReady,
    async run(cloud, id) {
      for (const path of ['/v1/me', '/v1/reports', '/v1/reports/orders', '/v1/exports?limit=5', `/v1/exports/${id}`]) {
        await answered(() => cloud.call('gus', 'GET', path));
      }
      for (const part of ['events', 'waybill', 'download']) {
        await answered(() => cloud.call('gus', 'GET', `/v1/exports/${id}/${part}`));
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
    run: (cloud, id) =>
      answered(() =>
        cloud.call('gus', 'POST', `/v1/exports/${id}/notifications`, { body: { email: 'gus@globex.example' } }),
      ),
  },
  {
    name: 'deletion',
    prepare: createReady,
    run: (cloud, id) => answered(() => cloud.call<ExportView>('gus', 'DELETE', `/v1/exports/${id}`)),
  },
];
