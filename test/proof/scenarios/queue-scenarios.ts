import type { ProofCloud } from '../proof-cloud.ts';
import {
  answered,
  cancel,
  createSmall,
  createWaiting,
  type FaultRules,
  type Scenario,
  untilWaiting,
} from './scenario.ts';

/** An execution takes three seconds to come to the queue; each of DynamoDB's answers is waited for 2 s. */
const slowArrival: FaultRules = ['GetItem', 'TransactWriteItems'].map((operation) => ({
  ...{ kind: 'delay', principal: 'EnqueueExport', operation, delayMs: 1_500, limit: 1 },
}));

/** The execution of what is cancelled does not let the next one start before the cancellation itself does. */
const slowOutcome: FaultRules = [
  { kind: 'delay', principal: 'RecordOutcome', operation: 'GetItem', delayMs: 1_500, limit: 1 },
];

/** The first of two that wait although there are slots, until somebody looks. */
async function createTwoWaiting(cloud: ProofCloud): Promise<string> {
  const first = await createWaiting(cloud);
  await untilWaiting(cloud, await createSmall(cloud));
  await cloud.emptyPool();
  return first;
}

/** What happens to an export that waits, or beside one. */
export const queueScenarios: readonly Scenario[] = [
  {
    name: 'cancel while queued',
    async prepare(cloud) {
      await cloud.fillPool();
      return '';
    },
    async run(cloud) {
      const id = await createSmall(cloud);
      await untilWaiting(cloud, id);
      await cancel(cloud, 'gus', id);
    },
  },
  {
    name: 'cancel before the queue',
    faults: slowArrival,
    run: async (cloud) => cancel(cloud, 'gus', await createSmall(cloud)),
  },
  {
    name: 'cancel beside one that waits',
    prepare: createTwoWaiting,
    faults: slowOutcome,
    run: (cloud, first) => cancel(cloud, 'gus', first),
  },
  {
    name: 'stop beside one that waits',
    prepare: createTwoWaiting,
    run: (cloud, first) => cloud.witness.stopExecution(first),
  },
  {
    name: 'end beside one that waits',
    async prepare(cloud) {
      await cloud.fillPool(1);
      return '';
    },
    run: (cloud) => Promise.all([createSmall(cloud), createSmall(cloud)]),
  },
  {
    name: 'reading in the queue',
    prepare: createWaiting,
    async run(cloud, id) {
      await answered(() => cloud.call('gus', 'GET', `/v1/exports/${id}`));
      await answered(() => cloud.call('gus', 'GET', '/v1/exports'));
      await cancel(cloud, 'gus', id);
    },
  },
];
