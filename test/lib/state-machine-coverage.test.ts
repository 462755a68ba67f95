// @module-tag state-machine-coverage
// @module-tag mail-fails-no-export

import { SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { DISMISSED_ERROR } from '../../core/contract/step-errors.ts';
import type { Route } from '../../core/domain/export-record.ts';
import type { Status } from '../../core/domain/lifecycle.ts';
import { coverageOf } from '../../local/step-functions/coverage.ts';
import type { HistoryEvent } from '../../local/step-functions/execution-history.ts';
import { loadStateMachine } from '../../local/step-functions/state-machine.ts';
import { exited, MACHINE_ARN, namedError, ROLE_ARN, startCloud } from '../local/step-functions/cloud.ts';
import { flatten, onlyResource, synthesize } from './synthesize.ts';

const { Properties: machine } = onlyResource(synthesize(), 'AWS::StepFunctions::StateMachine');
const definition = JSON.parse(flatten(machine.DefinitionString).replaceAll('<AWS::Partition>', 'aws'));
const { Queued, Running, RecordOutcome, Announce, DeliverWebhooks } = definition.States;
const { Measure, RunSmall, RunPartitioned } = Running.Branches[0].States;
const { AwaitRanges } = RunPartitioned.Branches[1].States;
const functionOf = (state: { Parameters: { FunctionName: string } }) => state.Parameters.FunctionName;

/** One execution of the deployed definition, over functions that answer as the scenario says. */
interface Scenario {
  readonly route?: Route | 'sideways';
  readonly dismissed?: boolean;
  readonly tooLarge?: boolean;
  /** What the record says at the end. */
  readonly status: Status;
  /** Whether somebody is to be told, and whether that works. */
  readonly announced?: 'well' | 'badly';
  /** Whether delivering webhooks breaks off. */
  readonly undelivered?: boolean;
}

const scenarios: Readonly<Record<string, Scenario>> = {
  small: { route: 'small', status: 'ready', announced: 'well' },
  large: { route: 'large', status: 'ready' },
  partitioned: { route: 'partitioned', status: 'ready' },
  'without webhooks': { route: 'small', status: 'ready', announced: 'well', undelivered: true },
  'cancelled while it ran': { route: 'small', status: 'cancelled' },
  'too large': { tooLarge: true, status: 'failed', announced: 'badly' },
  'ended in the queue': { dismissed: true, status: 'cancelled' },
  'a route nobody knows': { route: 'sideways', status: 'failed' },
};

async function historyOf(scenario: Scenario): Promise<HistoryEvent[]> {
  const { route = 'small', dismissed, tooLarge, status, announced, undelivered } = scenario;
  const cloud = await startCloud({
    definition,
    functions: {
      [functionOf(Queued)]: async (payload) => {
        if (dismissed) throw namedError(DISMISSED_ERROR);
        const { taskToken } = payload as { taskToken: string };
        await cloud.client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
        return null;
      },
      [functionOf(Measure)]: () => {
        if (tooLarge) throw namedError('too_large');
        return { route };
      },
      [functionOf(AwaitRanges)]: async (payload) => {
        const { taskToken } = payload as { taskToken: string };
        await cloud.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"workers":[1,2,3,4]}' }));
        return null;
      },
      [functionOf(RunSmall)]: () => ({ outcome: status }),
      [functionOf(RecordOutcome)]: () => {
        return { status, code: status, message: status, announce: announced !== undefined };
      },
      [functionOf(Announce)]: () => {
        if (announced === 'badly') throw namedError('SendingFailed');
        return null;
      },
      [functionOf(DeliverWebhooks)]: () => {
        if (undelivered) throw namedError('Undelivered');
        return null;
      },
    },
    runTask: async () => exited(0),
  });
  await using _ = cloud;
  const running = cloud.run({ accountId: 'acme', exportId: 'exp_1' });
  if (announced === 'badly') {
    for (const { IntervalSeconds, BackoffRate, MaxAttempts } of Announce.Retry) {
      for (let retry = 0; retry < MaxAttempts; retry += 1) {
        const seconds = IntervalSeconds * BackoffRate ** retry;
        await cloud.clock.armed(seconds);
        cloud.clock.advance(seconds);
      }
    }
  }
  const { executionArn = '' } = await running;
  return (await cloud.history(executionArn)) as unknown as HistoryEvent[];
}

const histories = new Map<string, HistoryEvent[]>();
for (const [name, scenario] of Object.entries(scenarios)) histories.set(name, await historyOf(scenario));
const { definition: graph } = loadStateMachine({ arn: MACHINE_ARN, name: 'exports', roleArn: ROLE_ARN, definition });

test('every state and every catch of the deployed definition is visited', () => {
  const { states, catches } = coverageOf(graph, histories.values());
  expect(states.missed).toEqual([]);
  expect(states.visited).toHaveLength(20);
  expect(catches).toEqual({
    visited: [
      'Queued -> RecordOutcome',
      'Running -> RecordOutcome',
      'DeliverWebhooks -> Outcome',
      'Announce -> DeliverWebhooks',
    ],
    missed: [],
  });
});

test('a scenario less is noticed', () => {
  histories.delete('ended in the queue');
  histories.delete('large');
  histories.delete('partitioned');
  histories.delete('too large');
  const { states, catches } = coverageOf(graph, histories.values());
  expect(states.missed).toEqual(['RunLarge', 'RunPartitioned', 'Lead', 'AwaitRanges', 'RunParts', 'RunPart']);
  expect(catches.missed).toEqual(['Queued -> RecordOutcome', 'Announce -> DeliverWebhooks']);
});
