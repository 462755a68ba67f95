import { insist } from '../insistent-client.ts';
import {
  cancel,
  createLarge,
  createReady,
  createSmall,
  createUnder,
  type FaultRules,
  failingMeasure,
  type Scenario,
  slowUploads,
  untilRunning,
} from './scenario.ts';

const DAY_SECONDS = 86_400;

const carriers = ['RunSmall', 'Worker'];

/** The file of the first attempt does not come about, whoever carries the export. */
const failingUploads: FaultRules = carriers.map((principal) => ({
  ...{ kind: 'error', principal, operation: 'CompleteMultipartUpload', tries: 'all', limit: 1 },
}));

/** Whoever carries an export dies in its first attempt. */
const killedAttempts: FaultRules = carriers.map((principal) => ({
  ...{ kind: 'kill', principal, operation: 'UploadPart', limit: 1 },
}));

/** Whoever writes first does not learn that it is written, and has to find out. */
const lostReplies: FaultRules = [
  ...['CreateExport', ...carriers].map((principal) => ({
    ...{
      kind: 'timeout-after-apply' as const,
      principal,
      operation: 'TransactWriteItems',
      tries: 'all' as const,
      limit: 1,
    },
  })),
  { kind: 'timeout-after-apply', operation: 'PutObject' },
];

/** What becomes of an export, from its request to its end. */
export const exportScenarios: readonly Scenario[] = [
  { name: 'small export', run: createSmall },
  { name: 'large export', run: createLarge },
  { name: 'lost replies', faults: lostReplies, run: (cloud) => Promise.all([createSmall(cloud), createLarge(cloud)]) },
  {
    name: 'slow exports',
    faults: slowUploads,
    async run(cloud) {
      const ids = await Promise.all([createSmall(cloud), createLarge(cloud)]);
      for (const id of ids) await untilRunning(cloud, id);
      // Looks whether the executions of those at work are.
      await cloud.sweep();
    },
  },
  {
    name: 'failed attempts',
    faults: failingUploads,
    run: (cloud) => Promise.all([createSmall(cloud), createLarge(cloud)]),
  },
  { name: 'failed export', faults: failingMeasure, run: createSmall },
  {
    name: 'killed attempts',
    faults: killedAttempts,
    run: (cloud) => Promise.all([createSmall(cloud), createLarge(cloud)]),
  },
  {
    name: 'stopped execution',
    faults: slowUploads,
    async run(cloud) {
      const id = await createSmall(cloud);
      await untilRunning(cloud, id);
      await cloud.witness.stopExecution(id);
    },
  },
  {
    name: 'cancel while running',
    faults: slowUploads,
    async run(cloud) {
      const [small, large] = await Promise.all([createSmall(cloud), createLarge(cloud)]);
      await untilRunning(cloud, small);
      await cancel(cloud, 'gus', small);
      await untilRunning(cloud, large);
      await cancel(cloud, 'ada', large);
    },
  },
  {
    name: 'retry',
    prepare: (cloud) => createUnder(failingMeasure, cloud),
    run: (cloud, id) => insist(() => cloud.call('gus', 'POST', `/v1/exports/${id}/retry`)),
  },
  {
    name: 're-run',
    prepare: createReady,
    run: (cloud, id) => insist(() => cloud.call('gus', 'POST', `/v1/exports/${id}/rerun`)),
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
];
