import { ListExecutionsCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { collectGarbage } from '../../support/garbage.ts';
import { MACHINE_ARN, only, startCloud, tokenTask } from './cloud.ts';

const COUNT = 2000;

test('two thousand executions wait on their tokens at once, and all go on', { timeout: 120_000 }, async () => {
  const tokens: string[] = [];
  const { promise: allQueued, resolve } = Promise.withResolvers<void>();
  await using cloud = await startCloud({
    definition: only(tokenTask('queue', { TimeoutSeconds: 604_800 })),
    functions: {
      queue: (payload) => {
        tokens.push((payload as { token: string }).token);
        if (tokens.length === COUNT) resolve();
        return null;
      },
    },
  });
  collectGarbage();
  const heapBefore = process.memoryUsage().heapUsed;
  const arns: string[] = [];
  for (let batch = 0; batch < COUNT; batch += 50) {
    arns.push(...(await Promise.all(Array.from({ length: 50 }, () => cloud.start({ batch })))));
  }
  await allQueued;
  collectGarbage();
  const bytesPerExecution = (process.memoryUsage().heapUsed - heapBefore) / COUNT;
  expect(new Set(tokens).size).toBe(COUNT);
  expect(bytesPerExecution).toBeLessThan(100_000);
  for (let batch = 0; batch < COUNT; batch += 50) {
    const some = tokens.slice(batch, batch + 50);
    const success = (taskToken: string) => new SendTaskSuccessCommand({ taskToken, output: '{}' });
    await Promise.all(some.map((taskToken) => cloud.client.send(success(taskToken))));
  }
  await cloud.ended(arns.at(-1) ?? '');
  const running = new ListExecutionsCommand({ stateMachineArn: MACHINE_ARN, statusFilter: 'RUNNING' });
  expect((await cloud.client.send(running)).executions).toEqual([]);
  expect(cloud.events.filter(({ detail }) => detail.status === 'SUCCEEDED')).toHaveLength(COUNT);
});
