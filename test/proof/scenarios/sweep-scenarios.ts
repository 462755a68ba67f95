import type { ProofCloud } from '../proof-cloud.ts';
import {
  cancel,
  createSmall,
  createUnder,
  createWaiting,
  type FaultRules,
  type Scenario,
  SETTLE_LIMIT_MS,
  until,
} from './scenario.ts';

/** Nobody can be mailed, neither by the step that announces nor by a sweep that comes in between. */
const failingMail: FaultRules = [{ kind: 'error', operation: 'SendEmail', tries: 'all' }];

/** A file that does not come about leaves its upload open, and a request does not get its execution started. */
const neglect: FaultRules = [
  { kind: 'error', principal: 'RunSmall', operation: 'CompleteMultipartUpload', tries: 'all', limit: 1 },
  { kind: 'error', principal: 'RunSmall', operation: 'AbortMultipartUpload', tries: 'all', limit: 1 },
  { kind: 'error', principal: 'CreateExport', operation: 'StartExecution', skip: 1, tries: 'all' },
];

/** A record without an execution, and an open upload that the first attempt of another export could not abort. */
async function createNeglected(cloud: ProofCloud): Promise<string> {
  await cloud.faults.set({ rules: neglect });
  await createSmall(cloud);
  await cloud.settle(SETTLE_LIMIT_MS);
  const id = await createSmall(cloud);
  await cloud.faults.set({ rules: [] });
  return id;
}

async function cancelWhileQueued(cloud: ProofCloud): Promise<string> {
  const id = await createWaiting(cloud);
  await cancel(cloud, 'gus', id);
  await cloud.settle(SETTLE_LIMIT_MS);
  return id;
}

/** No execution can be started. */
const failingStarts: FaultRules = [{ kind: 'error', operation: 'StartExecution', tries: 'all' }];

/** The pass that finds an export stuck cannot start it, and neither can those that repeat a failed pass at once. */
const failingStartsOfSweeper: FaultRules = [
  { kind: 'error', principal: 'SweepExports', operation: 'StartExecution', tries: 'all', limit: 4 },
];

/** One that could have started when the last pass saw it, and did not. */
async function createUnstarted(cloud: ProofCloud): Promise<string> {
  await cloud.faults.set({ rules: [...failingStarts] });
  const id = await createSmall(cloud);
  // Nobody waits for the pass to be over: it fails, and is repeated.
  await cloud.advance(61);
  await until(cloud, id, ({ startableSeenAt }) => startableSeenAt !== undefined);
  return id;
}

/** Lets the next pass be made by an instance that has nothing in memory. */
async function forgetSweeper(cloud: ProofCloud): Promise<void> {
  const sweeper = cloud.plan.functions.find(({ name }) => name.includes('SweepExports'));
  if (sweeper === undefined) throw new Error('the template has no sweeper');
  await cloud.functions.kill(sweeper.name);
}

/** What the sweeper alone can bring to its end. */
export const sweepScenarios: readonly Scenario[] = [
  {
    name: 'sweep of what is stuck',
    prepare: createUnstarted,
    faults: failingStartsOfSweeper,
    async run(cloud) {
      await cloud.advance(15 * 60);
      await cloud.events.settled();
    },
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
    name: 'sweep of what was not told',
    async prepare(cloud) {
      const id = await createUnder(failingMail, cloud);
      await forgetSweeper(cloud);
      return id;
    },
    run: (cloud, id) => cloud.sweepUntilTold(id),
  },
  {
    name: 'sweep of what waits',
    prepare: createWaiting,
    // Finds out that nobody has the slots.
    run: (cloud) => cloud.sweep(),
  },
  {
    name: 'sweep of what was cancelled',
    prepare: cancelWhileQueued,
    async run(cloud) {
      await cloud.sweep();
      await cloud.sweep();
    },
  },
];
