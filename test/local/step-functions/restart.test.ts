import { appendFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeExecutionCommand, ListExecutionsCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callQueue, MACHINE_ARN, only, startCloud, tokenTask, WatchedClock } from './cloud.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-states-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const queued = { definition: only(tokenTask('queue')), functions: { queue: () => null } };

test('executions, histories and names survive a restart', async () => {
  const first = await startCloud({ definition: only({ Type: 'Pass', Result: 7 }), directory });
  const executionArn = await first.start({ a: 1 }, 'exp-1');
  const before = await first.ended(executionArn);
  const history = await first.history(executionArn);
  await first.shutDown();

  await using second = await startCloud({ definition: only({ Type: 'Pass' }), directory });
  const after = await second.client.send(new DescribeExecutionCommand({ executionArn }));
  expect({ ...after, $metadata: undefined }).toEqual({ ...before, $metadata: undefined });
  expect(await second.history(executionArn)).toEqual(history);
  await expect(second.start({ a: 1 }, 'exp-1')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  expect(second.events).toEqual([]);
});

test('what was live is ABORTED by the next start, once, and told', async () => {
  const first = await startCloud({ ...queued, directory });
  const executionArn = await first.start({ exportId: 'exp_1' });
  await first.shutDown();

  const second = await startCloud({ ...queued, directory });
  expect(second.events).toMatchObject([
    { detail: { executionArn, status: 'ABORTED', input: '{"exportId":"exp_1"}', stopDate: expect.any(Number) } },
  ]);
  expect(await second.ended(executionArn)).toMatchObject({ status: 'ABORTED' });
  const events = await second.history(executionArn);
  expect(events.at(-1)).toMatchObject({ type: 'ExecutionAborted', id: events.length });
  await second.shutDown();

  await using third = await startCloud({ ...queued, directory });
  expect(third.events).toEqual([]);
});

test('a token from before the restart is known to be over', async () => {
  const tokens = callQueue<string>();
  const functions = {
    queue: (payload: unknown) => {
      tokens.push((payload as { token: string }).token);
      return null;
    },
  };
  const first = await startCloud({ ...queued, functions, directory });
  await first.start();
  const taskToken = await tokens.next();
  await first.shutDown();
  await using second = await startCloud({ ...queued, directory });
  const sent = second.client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }));
  await expect(sent).rejects.toMatchObject({ name: 'TaskTimedOut' });
});

test('a line that a crash cut short is dropped, and the rest is read', async () => {
  const first = await startCloud({ ...queued, directory });
  const executionArn = await first.start({}, 'exp-1');
  await first.shutDown();
  appendFileSync(join(directory, 'executions.jsonl'), '{"arn":"arn:aws:sta');
  appendFileSync(join(directory, 'histories', 'exports', 'exp-1.jsonl'), '{"timest');
  await using second = await startCloud({ ...queued, directory });
  expect(await second.ended(executionArn)).toMatchObject({ status: 'ABORTED' });
  const ids = (await second.history(executionArn)).map(({ id }) => id);
  expect(ids).toEqual(ids.map((_, index) => index + 1));
});

test('the list of executions is compacted by a restart', async () => {
  const first = await startCloud({ definition: only({ Type: 'Pass' }), directory });
  for (let started = 0; started < 5; started += 1) await first.run();
  await first.shutDown();
  const index = join(directory, 'executions.jsonl');
  const { size } = await stat(index);
  await using second = await startCloud({ definition: only({ Type: 'Pass' }), directory });
  expect((await stat(index)).size).toBeLessThan(size * 0.7);
  const { executions } = await second.client.send(new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN }));
  expect(executions).toHaveLength(5);
});

test('status changes are told in the shape of EventBridge', async () => {
  const clock = new WatchedClock();
  await using cloud = await startCloud({ definition: only({ Type: 'Pass', Result: 7 }), clock, directory });
  const { executionArn = '', name, startDate, stopDate } = await cloud.run({ a: 1 });
  const detail = {
    executionArn,
    stateMachineArn: MACHINE_ARN,
    name,
    startDate: startDate?.getTime(),
    input: '{"a":1}',
    inputDetails: { included: true },
    error: null,
    cause: null,
  };
  expect(cloud.events).toMatchObject([
    {
      version: '0',
      'detail-type': 'Step Functions Execution Status Change',
      source: 'aws.states',
      account: '000000000000',
      region: 'eu-central-1',
      resources: [executionArn],
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      detail: { ...detail, status: 'RUNNING', stopDate: null, output: null, outputDetails: null },
    },
    {
      detail: {
        ...detail,
        status: 'SUCCEEDED',
        stopDate: stopDate?.getTime(),
        output: '7',
        outputDetails: { included: true },
      },
    },
  ]);
});
