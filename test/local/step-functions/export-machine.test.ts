import { SendTaskFailureCommand, SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { coverageOf } from '../../../local/step-functions/coverage.ts';
import type { HistoryEvent } from '../../../local/step-functions/execution-history.ts';
import { loadStateMachine } from '../../../local/step-functions/state-machine.ts';
import {
  exited,
  type FunctionHandler,
  MACHINE_ARN,
  namedError,
  ROLE_ARN,
  startCloud,
  type TaskHandler,
} from './cloud.ts';
import { EXPORT_MACHINE } from './export-machine.ts';

interface Scenario {
  readonly route?: string;
  /** What record-outcome finds when no error led to it. */
  readonly outcome?: string;
  readonly functions?: Record<string, FunctionHandler>;
  readonly runTask?: TaskHandler;
}

/** The machine with functions that do their part at once; a scenario replaces some. */
async function startExports({ route = 'small', outcome = 'ready', functions = {}, runTask }: Scenario) {
  const { promise: client, resolve } = Promise.withResolvers<SFNClient>();
  const cloud = await startCloud({
    definition: EXPORT_MACHINE,
    functions: {
      enqueue: async (payload) => {
        const { token: taskToken } = payload as { token: string };
        await (await client).send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
        return null;
      },
      measure: () => ({ route }),
      'export-small': () => null,
      'record-outcome': (payload) => ('error' in (payload as object) ? 'failed' : outcome),
      ...functions,
    },
    runTask: runTask ?? (async () => exited(0)),
  });
  resolve(cloud.client);
  return cloud;
}

function statesOf(history: readonly { stateEnteredEventDetails?: { name?: string | undefined } | undefined }[]) {
  return history.flatMap((event) => event.stateEnteredEventDetails?.name ?? []);
}

const EXPORT = { exportId: 'exp_1' };

test('a small export goes from the queue to ready', async () => {
  await using cloud = await startExports({ route: 'small' });
  const { status, executionArn = '' } = await cloud.run(EXPORT);
  expect(status).toBe('SUCCEEDED');
  const route = ['Queued', 'Running', 'Route', 'RunningSmall', 'RecordOutcome', 'Outcome', 'Ready'];
  expect(statesOf(await cloud.history(executionArn))).toEqual(route);
});

test('a large export survives two stopped tasks', async () => {
  let attempts = 0;
  await using cloud = await startExports({
    route: 'large',
    runTask: async () => {
      attempts += 1;
      return exited(attempts < 3 ? 1 : 0);
    },
  });
  const executionArn = await cloud.start(EXPORT);
  for (const delaySeconds of [30, 60]) {
    await cloud.clock.armed(delaySeconds);
    cloud.clock.advance(delaySeconds);
  }
  expect(await cloud.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  expect(attempts).toBe(3);
});

test('an error that cannot be retried goes straight to the outcome', async () => {
  let attempts = 0;
  await using cloud = await startExports({
    functions: {
      'export-small': () => {
        attempts += 1;
        throw namedError('QueryTimeout');
      },
    },
  });
  expect(await cloud.run(EXPORT)).toMatchObject({ status: 'FAILED', error: 'ExportFailed' });
  expect(attempts).toBe(1);
});

test('a queued export is cancelled by failing its token', async () => {
  await using cloud = await startExports({
    functions: {
      enqueue: async (payload) => {
        const { token: taskToken } = payload as { token: string };
        await cloud.client.send(new SendTaskFailureCommand({ taskToken, error: 'Cancelled' }));
        return null;
      },
      'record-outcome': () => 'cancelled',
    },
  });
  const { status, executionArn = '' } = await cloud.run(EXPORT);
  expect(status).toBe('SUCCEEDED');
  expect(statesOf(await cloud.history(executionArn))).toEqual(['Queued', 'RecordOutcome', 'Outcome', 'Cancelled']);
});

test('a week in the queue fails the export', async () => {
  await using cloud = await startExports({ functions: { enqueue: () => null } });
  const executionArn = await cloud.start(EXPORT);
  await cloud.clock.armed(604_800);
  cloud.clock.advance(604_800);
  expect(await cloud.ended(executionArn)).toMatchObject({ error: 'ExportFailed' });
});

test('a partitioned export writes each range while its lead holds on', async () => {
  const ranges = [{ from: 1 }, { from: 2 }, { from: 3 }];
  const written: string[] = [];
  const { promise: allWritten, resolve } = Promise.withResolvers<void>();
  await using cloud = await startExports({
    route: 'partitioned',
    functions: {
      'await-ranges': async (payload) => {
        const { token: taskToken } = payload as { token: string };
        await cloud.client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ ranges }) }));
        return null;
      },
    },
    runTask: async ({ overrides }) => {
      const { ROLE, RANGE = '' } = overrides.containerOverrides[0]?.environment ?? {};
      if (ROLE === 'lead') await allWritten;
      else if (written.push(RANGE) === ranges.length) resolve();
      return exited(0);
    },
  });
  expect(await cloud.run(EXPORT)).toMatchObject({ status: 'SUCCEEDED' });
  expect(written.sort()).toEqual(ranges.map((range) => JSON.stringify(range)));
});

test('coverage is derived from the histories', async () => {
  const { definition } = loadStateMachine({
    arn: MACHINE_ARN,
    name: 'exports',
    roleArn: ROLE_ARN,
    definition: EXPORT_MACHINE,
  });
  await using good = await startExports({ route: 'small' });
  const first = await good.run(EXPORT);
  await using bad = await startExports({
    functions: {
      'export-small': () => {
        throw namedError('TooLarge');
      },
    },
  });
  const second = await bad.run(EXPORT);
  const histories = [await good.history(first.executionArn ?? ''), await bad.history(second.executionArn ?? '')];
  const { states, catches } = coverageOf(definition, histories as unknown as HistoryEvent[][]);
  expect(states.missed).toEqual([
    'RunningLarge',
    'RunningPartitioned',
    'Lead',
    'AwaitRanges',
    'Parts',
    'WritePart',
    'Cancelled',
  ]);
  expect(states.visited).toContain('Ready');
  expect(catches.visited).toEqual(['RunningSmall -> RecordOutcome']);
  expect(catches.missed).toContain('Queued -> RecordOutcome');
  const [withoutCatch] = histories;
  expect(coverageOf(definition, [withoutCatch as unknown as HistoryEvent[]]).catches.visited).toEqual([]);
});
