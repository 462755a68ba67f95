import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { stepFunctionsExecutions } from '../../../adapters/step-functions/executions.ts';

const STATE_MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:waybill-exports';
const ref = { accountId: 'acme', exportId: 'exp_0190a1b2-c3d4-7e5f-8a9b-000000000001' } as const;
const metadata = { $metadata: {}, message: 'as the service says it' };

const service = mockClient(SFNClient);
const executions = stepFunctionsExecutions(new SFNClient({ region: 'eu-west-1' }), STATE_MACHINE);
beforeEach(() => service.reset());
afterAll(() => service.restore());

describe('start', () => {
  test('names the execution after the export and its number, so that a repeated start is the same one', async () => {
    await executions.start(ref, 2);
    const [call] = service.commandCalls(StartExecutionCommand);
    expect(call?.args[0].input).toEqual({
      stateMachineArn: STATE_MACHINE,
      name: `${ref.exportId}-2`,
      input: JSON.stringify(ref),
    });
  });

  test('tells one that runs from one that is over, and fails when it cannot be known', async () => {
    service.on(StartExecutionCommand).resolves({});
    expect(await executions.start(ref, 1)).toBe(true);
    service.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists(metadata));
    expect(await executions.start(ref, 1)).toBe(false);
    service.on(StartExecutionCommand).rejects(new Error('connection reset'));
    await expect(executions.start(ref, 1)).rejects.toThrow('connection reset');
  });
});

describe('resume and dismiss', () => {
  test('answer the token', async () => {
    expect(await executions.resume('token-1')).toBe(true);
    expect(await executions.dismiss('token-2')).toBe(true);
    expect(service.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input.taskToken).toBe('token-1');
    expect(service.commandCalls(SendTaskFailureCommand)[0]?.args[0].input).toEqual({
      taskToken: 'token-2',
      error: 'Dismissed',
    });
  });

  test('tell whoever waits what it is to know', async () => {
    await executions.resume('token-1');
    await executions.resume('token-2', { workers: [1, 2] });
    const outputs = service.commandCalls(SendTaskSuccessCommand).map(({ args }) => args[0].input.output);
    expect(outputs).toEqual(['{}', '{"workers":[1,2]}']);
  });

  test.each([
    ['over', new TaskTimedOut(metadata)],
    ['gone', new TaskDoesNotExist(metadata)],
    ['no token', new InvalidToken(metadata)],
  ])('tell when nobody waits: %s', async (_, refusal) => {
    service.on(SendTaskSuccessCommand).rejects(refusal).on(SendTaskFailureCommand).rejects(refusal);
    expect(await executions.resume('token')).toBe(false);
    expect(await executions.dismiss('token')).toBe(false);
  });

  test('do not take another error for that', async () => {
    service.on(SendTaskSuccessCommand).rejects(new Error('throttled'));
    await expect(executions.resume('token')).rejects.toThrow('throttled');
  });
});

describe('status', () => {
  test('asks for the execution of that number', async () => {
    service.on(DescribeExecutionCommand).resolves({ status: 'TIMED_OUT' });
    expect(await executions.status(ref, 3)).toBe('TIMED_OUT');
    expect(service.commandCalls(DescribeExecutionCommand)[0]?.args[0].input.executionArn).toBe(
      `arn:aws:states:eu-west-1:123456789012:execution:waybill-exports:${ref.exportId}-3`,
    );
  });

  test('is undefined for one that was never started, and an error for anything else', async () => {
    service.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist(metadata));
    expect(await executions.status(ref, 1)).toBeUndefined();
    service.on(DescribeExecutionCommand).rejects(new Error('throttled'));
    await expect(executions.status(ref, 1)).rejects.toThrow('throttled');
  });
});
