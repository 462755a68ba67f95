import { GetExecutionHistoryCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { RetryBudget } from '../../../local/step-functions/retry.ts';
import { errorMatches, StateError } from '../../../local/step-functions/state-error.ts';
import { lambdaTask, namedError, only, startCloud } from './cloud.ts';

test.for([
  ['a name matches itself', ['QueryTimeout'], 'QueryTimeout', true],
  ['a name matches no other', ['QueryTimeout'], 'QueryTimeouts', false],
  ['States.ALL matches a function error', ['States.ALL'], 'QueryTimeout', true],
  ['States.ALL matches a timeout', ['States.ALL'], 'States.Timeout', true],
  ['States.ALL leaves States.Runtime', ['States.ALL'], 'States.Runtime', false],
  ['States.ALL leaves States.DataLimitExceeded', ['States.ALL'], 'States.DataLimitExceeded', false],
  ['States.TaskFailed matches a function error', ['States.TaskFailed'], 'QueryTimeout', true],
  ['States.TaskFailed matches an ECS error', ['States.TaskFailed'], 'ECS.AmazonECSException', true],
  ['States.TaskFailed leaves a timeout', ['States.TaskFailed'], 'States.Timeout', false],
  ['States.TaskFailed leaves States.Runtime', ['States.TaskFailed'], 'States.Runtime', false],
  ['States.Runtime is matched by nothing', ['States.Runtime'], 'States.Runtime', false],
  ['States.DataLimitExceeded has its name', ['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
  ['a plain timeout is no missed heartbeat', ['States.HeartbeatTimeout'], 'States.Timeout', false],
] as const)('%s', ([, errorEquals, error, expected]) => {
  expect(errorMatches(errorEquals, new StateError(error))).toBe(expected);
});

test('each retrier counts for itself, and the first that matches decides', () => {
  const budget = new RetryBudget([
    { ErrorEquals: ['Fatal'], MaxAttempts: 0 },
    { ErrorEquals: ['Slow'], IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 1 },
    { ErrorEquals: ['States.ALL'] },
  ]);
  const delay = (error: string) => budget.nextDelayMs(new StateError(error));
  expect(delay('Fatal')).toBeUndefined();
  expect(delay('Slow')).toBe(10_000);
  expect([delay('Any'), delay('Any'), delay('Any'), delay('Any')]).toEqual([1000, 2000, 4000, undefined]);
  expect(delay('Slow')).toBeUndefined();
});

test('full jitter stays between nothing and the whole delay, and varies', () => {
  const delays = Array.from({ length: 200 }, () => {
    const budget = new RetryBudget([{ ErrorEquals: ['X'], IntervalSeconds: 30, JitterStrategy: 'FULL' }]);
    return budget.nextDelayMs(new StateError('X')) ?? Number.NaN;
  });
  expect(delays.every((delay) => delay >= 0 && delay < 30_000)).toBe(true);
  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(10_000);
});

test('a retry runs the same state with a higher $$.State.RetryCount', async () => {
  await using cloud = await startCloud({
    definition: only(
      lambdaTask('f', {
        Parameters: { FunctionName: 'f', Payload: { 'count.$': '$$.State.RetryCount' } },
        Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 1 }],
        OutputPath: '$.Payload',
      }),
    ),
    functions: {
      f: (payload) => {
        if ((payload as { count: number }).count === 0) throw namedError('Flaky');
        return payload;
      },
    },
  });
  const executionArn = await cloud.start();
  await cloud.clock.armed(1);
  cloud.clock.advance(1);
  expect((await cloud.ended(executionArn)).output).toBe('{"count":1}');
  expect((await cloud.history(executionArn)).map(({ type }) => type)).toEqual([
    'ExecutionStarted',
    'TaskStateEntered',
    'TaskScheduled',
    'TaskStarted',
    'TaskFailed',
    'TaskScheduled',
    'TaskStarted',
    'TaskSucceeded',
    'TaskStateExited',
    'ExecutionSucceeded',
  ]);
});

test('a catch puts error and cause at its ResultPath, beside the input', async () => {
  await using cloud = await startCloud({
    definition: {
      StartAt: 'Work',
      States: {
        Work: lambdaTask('f', {
          Catch: [
            { ErrorEquals: ['Other'], Next: 'Wrong' },
            { ErrorEquals: ['States.TaskFailed'], ResultPath: '$.failure.first', Next: 'Record' },
          ],
          Next: 'Wrong',
        }),
        Record: { Type: 'Pass', End: true },
        Wrong: { Type: 'Fail', Error: 'Wrong' },
      },
    },
    functions: {
      f: () => {
        throw namedError('QueryTimeout');
      },
    },
  });
  const { output = '' } = await cloud.run({ exportId: 'exp_1' });
  expect(JSON.parse(output)).toMatchObject({
    exportId: 'exp_1',
    failure: { first: { Error: 'QueryTimeout', Cause: expect.stringContaining('as a test asked') } },
  });
});

test('a Fail state ends the execution with its error and cause', async () => {
  const fail = { Type: 'Fail', ErrorPath: '$.code', Cause: 'as told' };
  await using cloud = await startCloud({ definition: { StartAt: 'Failed', States: { Failed: fail } } });
  const { executionArn = '', ...described } = await cloud.run({ code: 'source_unavailable' });
  expect(described).toMatchObject({ status: 'FAILED', error: 'source_unavailable', cause: 'as told' });
  expect((await cloud.history(executionArn)).at(-1)?.executionFailedEventDetails).toEqual({
    error: 'source_unavailable',
    cause: 'as told',
  });
});

test.for([
  ['a result above the quota', 'States.DataLimitExceeded', {}],
  ['a path without a value', 'States.ParameterPathFailure', { ResultSelector: { 'x.$': '$.nowhere' } }],
  [
    'a function that cannot be evaluated',
    'States.IntrinsicFailure',
    { ResultSelector: { 'x.$': 'States.MathAdd(1, $.Payload)' } },
  ],
  ['an OutputPath without a value', 'States.Runtime', { OutputPath: '$.nowhere' }],
  ['a ResultPath through a number', 'States.ResultPathMatchFailure', { ResultPath: '$.count.deep' }],
] as const)('%s is %s', async ([, error, fields]) => {
  const size = error === 'States.DataLimitExceeded' ? 262_145 : 1;
  await using cloud = await startCloud({
    definition: only(lambdaTask('f', fields)),
    functions: { f: () => 'x'.repeat(size) },
  });
  expect(await cloud.run({ count: 1 })).toMatchObject({ status: 'FAILED', error });
});

test('a machine that runs in circles ends when its history is full', async () => {
  await using cloud = await startCloud({
    definition: { StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', Next: 'A' } } },
  });
  const { status, error, executionArn = '' } = await cloud.run();
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'States.Runtime' });
  const lastPage = { executionArn, reverseOrder: true, maxResults: 1 };
  const { events } = await cloud.client.send(new GetExecutionHistoryCommand(lastPage));
  expect(events).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }]);
});
