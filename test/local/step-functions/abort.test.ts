import { SendTaskSuccessCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { ecsTask, endlessTask, exited, lambdaTask, namedError, only, startCloud, tokenTask } from './cloud.ts';

test('stopping an execution fires the signal of its task', async () => {
  const task = endlessTask();
  await using cloud = await startCloud({ definition: only(ecsTask()), runTask: task.handler });
  const executionArn = await cloud.start();
  await task.started;
  await cloud.client.send(new StopExecutionCommand({ executionArn }));
  await task.aborted;
  expect((await cloud.history(executionArn)).at(-1)?.type).toBe('ExecutionAborted');
});

test('a task that times out is ended before its error is caught', async () => {
  const task = endlessTask();
  await using cloud = await startCloud({
    definition: only(ecsTask([], { TimeoutSeconds: 21_600 })),
    runTask: task.handler,
  });
  const executionArn = await cloud.start();
  await task.started;
  cloud.clock.advance(21_600);
  await task.aborted;
  expect(await cloud.ended(executionArn)).toMatchObject({ error: 'States.Timeout' });
});

test('a branch that fails ends the tasks of its siblings, however deep', async () => {
  const lead = endlessTask();
  const part = endlessTask();
  await using cloud = await startCloud({
    definition: only({
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Lead', States: { Lead: ecsTask([{ Name: 'ROLE', Value: 'lead' }], { End: true }) } },
        {
          StartAt: 'Parts',
          States: {
            Parts: {
              Type: 'Map',
              ItemsPath: '$.parts',
              ItemProcessor: {
                StartAt: 'Part',
                States: { Part: ecsTask([{ Name: 'ROLE', Value: 'part' }], { End: true }) },
              },
              End: true,
            },
          },
        },
        { StartAt: 'Break', States: { Break: lambdaTask('break', { End: true }) } },
      ],
    }),
    functions: {
      break: async () => {
        await Promise.all([lead.started, part.started]);
        throw namedError('Broken');
      },
    },
    runTask: (request) =>
      (request.overrides.containerOverrides[0]?.environment.ROLE === 'lead' ? lead : part).handler(request),
  });
  const { error, executionArn = '' } = await cloud.run({ parts: [1] });
  expect(error).toBe('Broken');
  await Promise.all([lead.aborted, part.aborted]);
  const types = (await cloud.history(executionArn)).map(({ type }) => type);
  expect(types.filter((type) => type === 'TaskStateAborted')).toHaveLength(2);
  expect(types.slice(-2)).toEqual(['ParallelStateFailed', 'ExecutionFailed']);
});

test('an iteration that fails ends the running ones and starts no more', async () => {
  const others = endlessTask();
  let started = 0;
  await using cloud = await startCloud({
    definition: only({
      Type: 'Map',
      MaxConcurrency: 2,
      ItemProcessor: {
        StartAt: 'Part',
        States: { Part: lambdaTask('part', { End: true }) },
      },
    }),
    functions: {
      part: async (item, request) => {
        started += 1;
        if (item !== 0) return others.handler(request);
        await others.started;
        throw namedError('PartFailed');
      },
    },
  });
  const { error } = await cloud.run([0, 1, 2, 3]);
  await others.aborted;
  expect(error).toBe('PartFailed');
  expect(started).toBe(2);
});

test('a sibling that only ever passes is ended too', async () => {
  const turn = (next: string) => ({ Type: 'Pass', Next: next });
  await using cloud = await startCloud({
    definition: only({
      Type: 'Parallel',
      Branches: [
        { StartAt: 'Round', States: { Round: turn('AndRound'), AndRound: turn('Round') } },
        { StartAt: 'Break', States: { Break: { Type: 'Fail', Error: 'Broken' } } },
      ],
    }),
  });
  const { error, executionArn = '' } = await cloud.run();
  expect(error).toBe('Broken');
  expect((await cloud.history(executionArn)).length).toBeLessThan(50);
});

test('stop() fires every signal and waits for the calls, and records nothing', async () => {
  const task = endlessTask();
  await using cloud = await startCloud({ definition: only(ecsTask()), runTask: task.handler });
  await cloud.start();
  await task.started;
  await cloud.stepFunctions.stop();
  await task.aborted;
  expect(cloud.events.map(({ detail }) => detail.status)).toEqual(['RUNNING']);
});

test('a call that outlives its task is let alone by StopExecution and ended by stop()', async () => {
  const lead = endlessTask();
  const { promise: token, resolve } = Promise.withResolvers<string>();
  await using cloud = await startCloud({
    definition: {
      StartAt: 'Lead',
      States: { Lead: tokenTask('lead', { Next: 'Later' }), Later: { Type: 'Wait', Seconds: 60, End: true } },
    },
    functions: {
      lead: (payload, request) => {
        resolve((payload as { token: string }).token);
        return lead.handler(request);
      },
    },
  });
  const executionArn = await cloud.start();
  const { signal } = await lead.started;
  await cloud.client.send(new SendTaskSuccessCommand({ taskToken: await token, output: '{}' }));
  await cloud.clock.armed(60);
  await cloud.client.send(new StopExecutionCommand({ executionArn }));
  expect(signal.aborted).toBe(false);
  await cloud.stepFunctions.stop();
  expect(signal.aborted).toBe(true);
});

test('an execution that ends by itself aborts nothing', async () => {
  let signal: AbortSignal | undefined;
  await using cloud = await startCloud({
    definition: only(ecsTask()),
    runTask: async (request) => {
      signal = request.signal;
      return exited(0);
    },
  });
  await cloud.run();
  expect(signal?.aborted).toBe(false);
});
