import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { AccessDeniedError, type RequiredPermission } from '../../../local/aws-endpoint/service.ts';
import type { Json } from '../../../local/step-functions/json.ts';
import type { RunTaskRequest } from '../../../local/step-functions/service-integrations.ts';
import {
  callQueue,
  ecsTask,
  exited,
  lambdaTask,
  MACHINE_ARN,
  namedError,
  only,
  ROLE_ARN,
  startCloud,
  tokenTask,
} from './cloud.ts';

const tokenOf = (payload: Json) => (payload as { token: string }).token;

test("lambda:invoke runs as the machine's role and answers in the shape of the integration", async () => {
  await using cloud = await startCloud({
    definition: only(
      lambdaTask('measure', {
        Parameters: { FunctionName: 'measure', Payload: { 'id.$': '$.exportId', fixed: 1 } },
        ResultSelector: { 'rows.$': '$.Payload.rows', 'code.$': '$.StatusCode', 'version.$': '$.ExecutedVersion' },
        ResultPath: '$.measured',
      }),
    ),
    functions: { measure: (payload, { roleArn }) => ({ rows: 7, payload, roleArn }) },
  });
  const { output = '', executionArn = '' } = await cloud.run({ exportId: 'exp_1' });
  expect(JSON.parse(output)).toEqual({
    exportId: 'exp_1',
    measured: { rows: 7, code: 200, version: '$LATEST' },
  });
  const succeeded = (await cloud.history(executionArn)).find(({ type }) => type === 'TaskSucceeded');
  expect(JSON.parse(succeeded?.taskSucceededEventDetails?.output ?? '')).toMatchObject({
    Payload: { payload: { id: 'exp_1', fixed: 1 }, roleArn: ROLE_ARN },
  });
});

test('a function fails with the name of what it threw, and the error document as cause', async () => {
  await using cloud = await startCloud({
    definition: only(lambdaTask('f')),
    functions: {
      f: () => {
        throw namedError('QueryTimeout', 'too slow');
      },
    },
  });
  const { status, error, cause = '' } = await cloud.run();
  expect({ status, error }).toEqual({ status: 'FAILED', error: 'QueryTimeout' });
  expect(JSON.parse(cause)).toMatchObject({ errorType: 'QueryTimeout', errorMessage: 'too slow' });
});

test('a refused call is an error of the service, not of the function', async () => {
  const refused = new AccessDeniedError({ roleArn: ROLE_ARN }, { action: 'lambda:InvokeFunction', resource: 'f' });
  const fail = () => {
    throw refused;
  };
  await using functions = await startCloud({ definition: only(lambdaTask('f')), functions: { f: fail } });
  expect(await functions.run()).toMatchObject({ error: 'Lambda.AWSLambdaException', cause: refused.message });
  await using tasks = await startCloud({ definition: only(ecsTask()), runTask: fail });
  expect(await tasks.run()).toMatchObject({ error: 'ECS.AccessDeniedException' });
});

test('ecs:runTask.sync hands over the overrides and answers with the stopped task', async () => {
  const calls = callQueue<RunTaskRequest>();
  await using cloud = await startCloud({
    definition: only(
      ecsTask([
        { Name: 'EXPORT_ID', 'Value.$': '$.exportId' },
        { Name: 'MODE', Value: 'large' },
      ]),
    ),
    runTask: async (request) => {
      calls.push(request);
      return exited(0);
    },
  });
  const { output = '' } = await cloud.run({ exportId: 'exp_1' });
  expect(await calls.next()).toMatchObject({
    roleArn: ROLE_ARN,
    cluster: 'waybill',
    taskDefinition: 'worker',
    launchType: 'FARGATE',
    overrides: { containerOverrides: [{ name: 'worker', environment: { EXPORT_ID: 'exp_1', MODE: 'large' } }] },
  });
  expect(JSON.parse(output)).toMatchObject({ LastStatus: 'STOPPED', Containers: [{ Name: 'worker', ExitCode: 0 }] });
});

test('each try of a task runs on the capacity that its definition names for it', async () => {
  const providers: (string | undefined)[] = [];
  const CapacityProvider = "States.ArrayGetItem(States.Array('FARGATE_SPOT', 'FARGATE'), $$.State.RetryCount)";
  const { Parameters } = ecsTask();
  const task = ecsTask([], {
    Parameters: { ...Parameters, CapacityProviderStrategy: [{ 'CapacityProvider.$': CapacityProvider }] },
    Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1 }],
  });
  await using cloud = await startCloud({
    definition: only(task),
    runTask: async ({ capacityProvider }) => {
      providers.push(capacityProvider);
      return exited(providers.length === 1 ? 137 : 0);
    },
  });
  expect(await cloud.run()).toMatchObject({ status: 'SUCCEEDED' });
  expect(providers).toEqual(['FARGATE_SPOT', 'FARGATE']);
});

test.for([1, 137, undefined])(
  'a container that ends with %s is States.TaskFailed, with the task as cause',
  async (code) => {
    await using cloud = await startCloud({ definition: only(ecsTask()), runTask: async () => exited(code) });
    const { error, cause = '' } = await cloud.run();
    expect(error).toBe('States.TaskFailed');
    const { Containers, StoppedReason } = JSON.parse(cause);
    expect(Containers[0].ExitCode).toBe(code);
    expect(StoppedReason).toBe('Essential container in task exited');
  },
);

test('whatever keeps a container from starting is an ECS error', async () => {
  const fail = (error: Error) => () => Promise.reject(error);
  await using plain = await startCloud({ definition: only(ecsTask()), runTask: fail(namedError('QueryTimeout')) });
  expect(await plain.run()).toMatchObject({ error: 'ECS.AmazonECSException' });
  const missing = namedError('ECS.ClusterNotFoundException');
  await using named = await startCloud({ definition: only(ecsTask()), runTask: fail(missing) });
  expect(await named.run()).toMatchObject({ error: 'ECS.ClusterNotFoundException' });
});

test('an environment value that is no string fails the execution', async () => {
  await using cloud = await startCloud({
    definition: only(ecsTask([{ Name: 'ROWS', 'Value.$': '$.rows' }])),
    runTask: async () => exited(0),
  });
  const { error, cause } = await cloud.run({ rows: 7 });
  expect(error).toBe('States.Runtime');
  expect(cause).toContain("field 'Value' must be a STRING");
});

test('a token brings the output of its task, once', async () => {
  const calls = callQueue<Json>();
  await using cloud = await startCloud({
    definition: only(tokenTask('queue')),
    functions: {
      queue: (payload) => {
        calls.push(payload);
        return null;
      },
    },
  });
  const executionArn = await cloud.start();
  const success = { taskToken: tokenOf(await calls.next()), output: '{"admitted":true}' };
  const bad = cloud.client.send(new SendTaskSuccessCommand({ ...success, output: '{' }));
  await expect(bad).rejects.toMatchObject({ name: 'InvalidOutput' });
  await cloud.client.send(new SendTaskSuccessCommand(success));
  expect(await cloud.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"admitted":true}' });
  const again = cloud.client.send(new SendTaskSuccessCommand(success));
  await expect(again).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('SendTaskFailure fails the task by name', async () => {
  await using cloud = await startCloud({
    definition: only(tokenTask('queue')),
    functions: {
      queue: async (payload) => {
        const failure = { taskToken: tokenOf(payload), error: 'Cancelled', cause: 'by ada' };
        await cloud.client.send(new SendTaskFailureCommand(failure));
        return null;
      },
    },
  });
  expect(await cloud.run()).toMatchObject({ status: 'FAILED', error: 'Cancelled', cause: 'by ada' });
});

test('a function that throws fails its task although the token is still out', async () => {
  await using cloud = await startCloud({
    definition: only(tokenTask('queue')),
    functions: {
      queue: () => {
        throw namedError('TableMissing');
      },
    },
  });
  expect(await cloud.run()).toMatchObject({ status: 'FAILED', error: 'TableMissing' });
});

test('a container gets its token, and its exit says nothing', async () => {
  const calls = callQueue<RunTaskRequest>();
  const task = ecsTask([{ Name: 'TASK_TOKEN', 'Value.$': '$$.Task.Token' }]);
  await using cloud = await startCloud({
    definition: only({ ...task, Resource: 'arn:aws:states:::ecs:runTask.waitForTaskToken' }),
    runTask: async (request) => {
      calls.push(request);
      return exited(1);
    },
  });
  const executionArn = await cloud.start();
  const taskToken = (await calls.next()).overrides.containerOverrides[0]?.environment.TASK_TOKEN;
  await cloud.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"ranges":[]}' }));
  expect(await cloud.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"ranges":[]}' });
});

test.for(['', 'x', 'A'.repeat(40), Buffer.alloc(50).toString('base64url')])('%j is no token', async (taskToken) => {
  await using cloud = await startCloud({ definition: only({ Type: 'Pass' }) });
  const sent = cloud.client.send(new SendTaskHeartbeatCommand({ taskToken }));
  await expect(sent).rejects.toMatchObject({ name: taskToken === '' ? 'ValidationException' : 'InvalidToken' });
});

test('a token of an earlier attempt is over; the next attempt has another', async () => {
  const calls = callQueue<string>();
  await using cloud = await startCloud({
    definition: only(tokenTask('queue', { Retry: [{ ErrorEquals: ['Again'], MaxAttempts: 1 }] })),
    functions: {
      queue: (payload) => {
        calls.push(tokenOf(payload));
        return null;
      },
    },
  });
  const executionArn = await cloud.start();
  const first = await calls.next();
  await cloud.client.send(new SendTaskFailureCommand({ taskToken: first, error: 'Again' }));
  await cloud.clock.armed(1);
  const late = cloud.client.send(new SendTaskSuccessCommand({ taskToken: first, output: '{}' }));
  await expect(late).rejects.toMatchObject({ name: 'TaskTimedOut' });
  cloud.clock.advance(1);
  const second = await calls.next();
  expect(second).not.toBe(first);
  await cloud.client.send(new SendTaskSuccessCommand({ taskToken: second, output: '{}' }));
  expect(await cloud.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
});

test('SendTask* wants its permission on all resources', async () => {
  const asked: RequiredPermission[] = [];
  await using cloud = await startCloud({
    definition: only({ Type: 'Pass' }),
    authorize: (permission) => {
      asked.push(permission);
      return permission.resource === MACHINE_ARN;
    },
  });
  const sent = cloud.client.send(new SendTaskHeartbeatCommand({ taskToken: 'x' }));
  await expect(sent).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(asked).toEqual([{ action: 'states:SendTaskHeartbeat', resource: '*' }]);
});

test('the context object tells execution, machine, state and task', async () => {
  await using cloud = await startCloud({
    definition: only(
      lambdaTask('f', {
        Parameters: {
          FunctionName: 'f',
          Payload: {
            'id.$': '$$.Execution.Id',
            'name.$': '$$.Execution.Name',
            'input.$': '$$.Execution.Input.a',
            'startTime.$': '$$.Execution.StartTime',
            'machine.$': '$$.StateMachine.Name',
            'machineId.$': '$$.StateMachine.Id',
            'state.$': '$$.State.Name',
            'text.$': "States.Format('{} of {}', $.a, States.JsonToString($$.Execution.Input))",
          },
        },
        OutputPath: '$.Payload',
      }),
    ),
    functions: { f: (payload) => payload },
  });
  const executionArn = await cloud.start({ a: 'x' }, 'exp-1');
  const { output = '', startDate } = await cloud.ended(executionArn);
  expect(JSON.parse(output)).toEqual({
    id: executionArn,
    name: 'exp-1',
    input: 'x',
    startTime: startDate?.toISOString(),
    machine: 'exports',
    machineId: MACHINE_ARN,
    state: 'Only',
    text: 'x of {"a":"x"}',
  });
});
