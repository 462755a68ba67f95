import { expect, test } from 'vitest';
import type { RequiredPermission } from '../../../local/aws-endpoint/service.ts';
import type { Json } from '../../../local/step-functions/json.ts';
import { lambdaTask, MACHINE_ARN, namedError, only, startCloud } from './cloud.ts';

const DISTRIBUTED = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };

test('branches get the same input and give their results in order', async () => {
  await using cloud = await startCloud({
    definition: only({
      Type: 'Parallel',
      Parameters: { 'n.$': '$.n' },
      Branches: [
        { StartAt: 'A', States: { A: { Type: 'Pass', Parameters: { 'a.$': '$.n' }, End: true } } },
        { StartAt: 'B', States: { B: { Type: 'Succeed' } } },
      ],
      ResultSelector: { 'first.$': '$[0].a', 'second.$': '$[1]' },
      ResultPath: '$.both',
    }),
  });
  const { output = '' } = await cloud.run({ n: 1, kept: true });
  expect(JSON.parse(output)).toEqual({ n: 1, kept: true, both: { first: 1, second: { n: 1 } } });
});

test('a Parallel is retried as a whole', async () => {
  let calls = 0;
  await using cloud = await startCloud({
    definition: only({
      Type: 'Parallel',
      Branches: [{ StartAt: 'A', States: { A: lambdaTask('f', { End: true }) } }],
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 1 }],
    }),
    functions: {
      f: () => {
        calls += 1;
        if (calls === 1) throw namedError('Flaky');
        return calls;
      },
    },
  });
  const executionArn = await cloud.start();
  await cloud.clock.armed(5);
  cloud.clock.advance(5);
  expect(await cloud.ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  expect(calls).toBe(2);
});

test.for([undefined, { Mode: 'INLINE' }, DISTRIBUTED])('a map with %j keeps order and concurrency', async (config) => {
  let running = 0;
  let most = 0;
  await using cloud = await startCloud({
    definition: only({
      Type: 'Map',
      ItemsPath: '$.ranges',
      ItemSelector: { 'range.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'id.$': '$.exportId' },
      MaxConcurrency: 3,
      ItemProcessor: {
        ...(config ? { ProcessorConfig: config } : {}),
        StartAt: 'Part',
        States: { Part: lambdaTask('part', { OutputPath: '$.Payload', End: true }) },
      },
      ResultPath: '$.parts',
    }),
    functions: {
      part: async (payload: Json) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return payload;
      },
    },
  });
  const { output = '' } = await cloud.run({ exportId: 'exp_1', ranges: ['a', 'b', 'c', 'd', 'e'] });
  expect(JSON.parse(output).parts).toEqual(
    ['a', 'b', 'c', 'd', 'e'].map((range, index) => ({ range, index, id: 'exp_1' })),
  );
  expect(most).toBe(3);
});

test('concurrent iterations each see their own item in the context', async () => {
  await using cloud = await startCloud({
    definition: only({
      Type: 'Map',
      ItemProcessor: {
        StartAt: 'Wait',
        States: {
          Wait: { Type: 'Wait', Seconds: 5, Next: 'Read' },
          Read: { Type: 'Pass', Parameters: { 'mine.$': '$$.Map.Item.Value' }, End: true },
        },
      },
    }),
  });
  const executionArn = await cloud.start([1, 2, 3]);
  for (let armed = 0; armed < 3; armed += 1) await cloud.clock.armed(5);
  cloud.clock.advance(5);
  const { output = '' } = await cloud.ended(executionArn);
  expect(JSON.parse(output)).toEqual([{ mine: 1 }, { mine: 2 }, { mine: 3 }]);
});

test('an item of a distributed map is the input of an execution of its own', async () => {
  await using cloud = await startCloud({
    definition: only({
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: DISTRIBUTED,
        StartAt: 'Read',
        States: {
          Read: {
            Type: 'Pass',
            Parameters: { 'input.$': '$$.Execution.Input', 'id.$': '$$.Execution.Id' },
            End: true,
          },
        },
      },
    }),
  });
  const { output = '', executionArn } = await cloud.run([7]);
  const [child] = JSON.parse(output);
  expect(child.input).toBe(7);
  expect(child.id).not.toBe(executionArn);
});

test('a distributed map fails as the map run, an inline one as its item', async () => {
  const machine = (config: object) =>
    only({
      Type: 'Map',
      ItemProcessor: {
        ProcessorConfig: config,
        StartAt: 'Part',
        States: { Part: { Type: 'Fail', Error: 'PartFailed' } },
      },
    });
  await using inline = await startCloud({ definition: machine({ Mode: 'INLINE' }) });
  expect(await inline.run([1])).toMatchObject({ error: 'PartFailed' });
  await using distributed = await startCloud({ definition: machine(DISTRIBUTED) });
  expect(await distributed.run([1])).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
});

test('a distributed map starts nothing unless its state machine may start executions of itself', async () => {
  const asked: RequiredPermission[] = [];
  const machine = (config: object) =>
    only({
      Type: 'Map',
      ItemProcessor: { ProcessorConfig: config, StartAt: 'Part', States: { Part: { Type: 'Pass', End: true } } },
    });
  const machineMay = (permission: RequiredPermission) => {
    asked.push(permission);
    return false;
  };
  await using distributed = await startCloud({ definition: machine(DISTRIBUTED), machineMay });
  expect(await distributed.run([1])).toMatchObject({ error: 'StepFunctions.AccessDeniedException' });
  expect(asked).toEqual([{ action: 'states:StartExecution', resource: MACHINE_ARN }]);
  await using inline = await startCloud({ definition: machine({ Mode: 'INLINE' }), machineMay });
  expect(await inline.run([1])).toMatchObject({ status: 'SUCCEEDED' });
});

test('a map over nothing gives nothing, over something else than an array it fails', async () => {
  const definition = only({
    Type: 'Map',
    ItemsPath: '$.items',
    ItemProcessor: { StartAt: 'Part', States: { Part: { Type: 'Pass', End: true } } },
  });
  await using cloud = await startCloud({ definition });
  expect(await cloud.run({ items: [] })).toMatchObject({ status: 'SUCCEEDED', output: '[]' });
  expect(await cloud.run({ items: {} })).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
});
