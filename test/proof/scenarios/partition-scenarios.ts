import { cancel, createLarge, createPartFiles, type FaultRules, type Scenario, untilRunning } from './scenario.ts';
import { partitionedStage } from './stages.ts';

/** The first range that is taken waits for its database, until the other worker has made the rest and has nothing to do. */
const heldRange: FaultRules = [
  { kind: 'delay', principal: '/part', operation: 'GetSecretValue', delayMs: 10_000, limit: 1 },
];

/** So many that the first try of the step fails as a whole, and the second comes when the lead has spoken. */
const LATE_CALLS = 14;

/** Whoever waits for the lead comes after it, and one range cannot be stored at first. */
const failures: FaultRules = [
  { kind: 'error', principal: 'AwaitRanges', operation: 'UpdateItem', tries: 'all', limit: LATE_CALLS },
  { kind: 'error', principal: '/part', operation: 'UploadPart', tries: 'all', limit: 1 },
];

/** A file that a lead and its workers make. */
export const partitionScenarios: readonly Scenario[] = [
  { name: 'several tasks', stage: partitionedStage, faults: heldRange, shows: ['range cut'], run: createLarge },
  {
    name: 'several tasks that fail',
    stage: partitionedStage,
    faults: failures,
    shows: ['range given up'],
    run: createLarge,
  },
  {
    name: 'several files',
    stage: partitionedStage,
    faults: heldRange,
    shows: ['range cut'],
    run: createPartFiles,
  },
  {
    name: 'cancel while several tasks run',
    stage: partitionedStage,
    // A range is held, so that the file cannot be done.
    faults: heldRange,
    async run(cloud) {
      const id = await createLarge(cloud);
      await untilRunning(cloud, id);
      await cancel(cloud, 'ada', id);
    },
  },
];
