import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import type { RequiredPermission } from '../../../local/aws-endpoint/service.ts';
import { MACHINE_ARN, only, ROLE_ARN, startCloud } from './cloud.ts';

const waiting = only({ Type: 'Wait', Seconds: 3600 });
const EXECUTION_ARN = 'arn:aws:states:eu-central-1:000000000000:execution:exports:exp-1';

test('the same name and input start one execution while it runs, and no other afterwards', async () => {
  await using cloud = await startCloud({ definition: waiting });
  const start = (input: string) =>
    cloud.client.send(new StartExecutionCommand({ stateMachineArn: MACHINE_ARN, name: 'exp-1', input }));
  const first = await start('{"a":1}');
  expect(first.executionArn).toBe(EXECUTION_ARN);
  expect(await start('{"a":1}')).toMatchObject({ executionArn: EXECUTION_ARN, startDate: first.startDate });
  await expect(start('{"a":2}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  await cloud.client.send(new StopExecutionCommand({ executionArn: EXECUTION_ARN }));
  await expect(start('{"a":1}')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  expect(cloud.events.filter(({ detail }) => detail.status === 'RUNNING')).toHaveLength(1);
});

test('DescribeExecution tells input, output and dates', async () => {
  await using cloud = await startCloud({ definition: only({ Type: 'Pass', Result: { done: true } }) });
  expect(await cloud.run({ a: 1 })).toMatchObject({
    stateMachineArn: MACHINE_ARN,
    status: 'SUCCEEDED',
    input: '{"a":1}',
    output: '{"done":true}',
    startDate: expect.any(Date),
    stopDate: expect.any(Date),
  });
});

test('StopExecution ends as ABORTED with error and cause, and is harmless afterwards', async () => {
  await using cloud = await startCloud({ definition: waiting });
  const executionArn = await cloud.start();
  const stop = () => cloud.client.send(new StopExecutionCommand({ executionArn, error: 'Cancelled', cause: 'by ada' }));
  const { stopDate } = await stop();
  expect(await cloud.ended(executionArn)).toMatchObject({ status: 'ABORTED', error: 'Cancelled', cause: 'by ada' });
  expect((await stop()).stopDate).toEqual(stopDate);
  expect((await cloud.history(executionArn)).at(-1)).toMatchObject({
    type: 'ExecutionAborted',
    executionAbortedEventDetails: { error: 'Cancelled', cause: 'by ada' },
  });
});

test('ListExecutions pages through the newest first, by status', async () => {
  await using cloud = await startCloud({ definition: waiting });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await cloud.start({}, name);
  const executionArn = EXECUTION_ARN.replace('exp-1', 'c');
  await cloud.client.send(new StopExecutionCommand({ executionArn }));
  const list = async (statusFilter: 'RUNNING' | 'ABORTED', nextToken?: string) => {
    const request = { stateMachineArn: MACHINE_ARN, statusFilter, maxResults: 2, nextToken };
    const page = await cloud.client.send(new ListExecutionsCommand(request));
    return { names: page.executions?.map(({ name }) => name), nextToken: page.nextToken };
  };
  const first = await list('RUNNING');
  expect(first.names).toEqual(['e', 'd']);
  await cloud.start({}, 'f');
  expect(await list('RUNNING', first.nextToken)).toEqual({ names: ['b', 'a'], nextToken: undefined });
  expect((await list('ABORTED')).names).toEqual(['c']);
});

test('GetExecutionHistory pages in both orders', async () => {
  await using cloud = await startCloud({ definition: only({ Type: 'Pass' }) });
  const { executionArn = '' } = await cloud.run();
  const page = (reverseOrder: boolean, nextToken?: string) =>
    cloud.client.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder, maxResults: 3, nextToken }));
  const first = await page(false);
  expect(first.events?.map(({ type }) => type)).toEqual(['ExecutionStarted', 'PassStateEntered', 'PassStateExited']);
  expect((await page(false, first.nextToken)).events?.map(({ id }) => id)).toEqual([4]);
  expect((await page(true)).events?.map(({ id }) => id)).toEqual([4, 3, 2]);
});

test('DescribeStateMachine gives the definition back', async () => {
  await using cloud = await startCloud({ definition: waiting });
  const described = await cloud.client.send(new DescribeStateMachineCommand({ stateMachineArn: MACHINE_ARN }));
  expect(JSON.parse(described.definition ?? '')).toEqual(waiting);
  expect(described).toMatchObject({ name: 'exports', roleArn: ROLE_ARN, status: 'ACTIVE', type: 'STANDARD' });
});

test.for([
  ['StateMachineDoesNotExist', { stateMachineArn: `${MACHINE_ARN}x` }],
  ['InvalidName', { stateMachineArn: MACHINE_ARN, name: 'a b' }],
  ['InvalidName', { stateMachineArn: MACHINE_ARN, name: 'a/../b' }],
  ['InvalidExecutionInput', { stateMachineArn: MACHINE_ARN, input: '{' }],
  ['ValidationException', { stateMachineArn: MACHINE_ARN, input: JSON.stringify('x'.repeat(262_144)) }],
  ['ValidationException', { stateMachineArn: MACHINE_ARN, traceHeader: 'unsupported' }],
] as const)('StartExecution refuses with %s', async ([name, request]) => {
  await using cloud = await startCloud({ definition: waiting });
  await expect(cloud.client.send(new StartExecutionCommand(request))).rejects.toMatchObject({ name });
});

test('an unknown execution is ExecutionDoesNotExist to every operation on it', async () => {
  await using cloud = await startCloud({ definition: waiting });
  const request = { executionArn: EXECUTION_ARN };
  const unknown = { name: 'ExecutionDoesNotExist' };
  await expect(cloud.client.send(new DescribeExecutionCommand(request))).rejects.toMatchObject(unknown);
  await expect(cloud.client.send(new StopExecutionCommand(request))).rejects.toMatchObject(unknown);
  await expect(cloud.client.send(new GetExecutionHistoryCommand(request))).rejects.toMatchObject(unknown);
});

test('each operation asks for its documented permission, and is refused without it', async () => {
  const asked: RequiredPermission[] = [];
  await using cloud = await startCloud({
    definition: waiting,
    authorize: (permission) => {
      asked.push(permission);
      return permission.action !== 'states:StopExecution';
    },
  });
  const executionArn = await cloud.start({}, 'exp-1');
  await cloud.client.send(new DescribeExecutionCommand({ executionArn }));
  const stop = cloud.client.send(new StopExecutionCommand({ executionArn }));
  await expect(stop).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const { status } = await cloud.client.send(new DescribeExecutionCommand({ executionArn }));
  expect(status).toBe('RUNNING');
  expect(asked.slice(0, 3)).toEqual([
    { action: 'states:StartExecution', resource: MACHINE_ARN },
    { action: 'states:DescribeExecution', resource: EXECUTION_ARN },
    { action: 'states:StopExecution', resource: EXECUTION_ARN },
  ]);
});
