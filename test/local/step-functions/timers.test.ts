import { SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import type { Json } from '../../../local/step-functions/json.ts';
import { callQueue, endlessTask, lambdaTask, namedError, only, startCloud, tokenTask } from './cloud.ts';

const DAY_SECONDS = 86_400;

test.for([
  ['Seconds', { Seconds: 3600 }],
  ['SecondsPath', { SecondsPath: '$.seconds' }],
])('a Wait by %s follows the clock', async ([, wait]) => {
  await using cloud = await startCloud({ definition: only({ Type: 'Wait', ...(wait as object) }) });
  const executionArn = await cloud.start({ seconds: 3600 });
  await cloud.clock.armed(3600);
  cloud.clock.advance(3599);
  expect(cloud.events).toHaveLength(1);
  cloud.clock.advance(1);
  expect(await cloud.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
});

test('a Wait until a timestamp ends when the clock has passed it', async () => {
  await using cloud = await startCloud({ definition: only({ Type: 'Wait', TimestampPath: '$.until' }) });
  const until = new Date(cloud.clock.now() + DAY_SECONDS * 1000).toISOString();
  const executionArn = await cloud.start({ until });
  cloud.clock.advance(DAY_SECONDS);
  const { startDate, stopDate } = await cloud.ended(executionArn);
  expect(stopDate?.getTime()).toBeGreaterThanOrEqual((startDate?.getTime() ?? 0) + DAY_SECONDS * 1000 - 1000);
});

test.for([{ SecondsPath: '$.soon' }, { TimestampPath: '$.soon' }])(
  'a Wait by %j needs a value it can read',
  async (wait) => {
    await using cloud = await startCloud({ definition: only({ Type: 'Wait', ...wait }) });
    expect(await cloud.run({ soon: 'soon' })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  },
);

test('a task that waits for its token times out after its TimeoutSeconds', async () => {
  await using cloud = await startCloud({
    definition: only(tokenTask('queue', { TimeoutSeconds: 7 * DAY_SECONDS })),
    functions: { queue: () => null },
  });
  const executionArn = await cloud.start();
  await cloud.clock.armed(7 * DAY_SECONDS);
  cloud.clock.advance(7 * DAY_SECONDS);
  expect(await cloud.ended(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  const timedOut = (await cloud.history(executionArn)).find(({ type }) => type === 'TaskTimedOut');
  expect(timedOut?.taskTimedOutEventDetails).toEqual({
    resourceType: 'lambda',
    resource: 'invoke.waitForTaskToken',
    error: 'States.Timeout',
  });
});

test('a machine with TimeoutSeconds ends as TIMED_OUT and takes its tasks along', async () => {
  const task = endlessTask();
  await using cloud = await startCloud({
    definition: { ...only(lambdaTask('f')), TimeoutSeconds: 600 },
    functions: { f: (_, request) => task.handler(request) },
  });
  const executionArn = await cloud.start();
  await task.started;
  cloud.clock.advance(600);
  await task.aborted;
  expect(await cloud.ended(executionArn)).toMatchObject({ status: 'TIMED_OUT' });
  expect((await cloud.history(executionArn)).at(-1)?.type).toBe('ExecutionTimedOut');
});

test('a heartbeat keeps a task alive, its absence is a timeout that States.HeartbeatTimeout matches', async () => {
  const calls = callQueue<Json>();
  await using cloud = await startCloud({
    definition: {
      StartAt: 'Lead',
      States: {
        Lead: tokenTask('lead', {
          HeartbeatSeconds: 60,
          Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], ResultPath: '$.error', Next: 'Lost' }],
          End: true,
        }),
        Lost: { Type: 'Pass', End: true },
      },
    },
    functions: {
      lead: (payload) => {
        calls.push(payload);
        return null;
      },
    },
  });
  const executionArn = await cloud.start();
  const { token: taskToken } = (await calls.next()) as { token: string };
  await cloud.clock.armed(60);
  for (let beat = 0; beat < 3; beat += 1) {
    cloud.clock.advance(59);
    await cloud.client.send(new SendTaskHeartbeatCommand({ taskToken }));
  }
  cloud.clock.advance(60);
  const { status, output } = await cloud.ended(executionArn);
  expect(status).toBe('SUCCEEDED');
  expect(JSON.parse(output ?? '')).toEqual({ error: { Error: 'States.Timeout', Cause: '' } });
  const late = cloud.client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
  await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('retries wait as the definition says: interval, backoff, and the cap', async () => {
  const calls = callQueue<number>();
  const retry = { ErrorEquals: ['Flaky'], IntervalSeconds: 30, BackoffRate: 3, MaxDelaySeconds: 100, MaxAttempts: 3 };
  let attempts = 0;
  await using cloud = await startCloud({
    definition: only(lambdaTask('f', { Retry: [retry] })),
    functions: {
      f: () => {
        attempts += 1;
        calls.push(attempts);
        throw namedError('Flaky');
      },
    },
  });
  const executionArn = await cloud.start();
  for (const delaySeconds of [30, 90, 100]) {
    await calls.next();
    await cloud.clock.armed(delaySeconds);
    cloud.clock.advance(delaySeconds - 0.5);
    cloud.clock.advance(0.5);
  }
  expect(await cloud.ended(executionArn)).toMatchObject({ error: 'Flaky' });
  expect(attempts).toBe(4);
});
