import type { Context } from 'aws-lambda';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { logger } from '../../lambdas/middleware/request-log.ts';
import { stepHandler } from '../../lambdas/middleware/step-handler.ts';

test('each line of a step names its request and its export', async () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const handler = stepHandler('measure-export', z.unknown(), async () => logger.info('measured'));
  await handler({ exportId: 'exp_1', accountId: 'acme' }, { awsRequestId: 'request-1' } as Context);
  logger.info('after');
  write.mockRestore();
  const [during, after] = lines.map((line) => JSON.parse(line));
  expect(during).toMatchObject({
    message: 'measured',
    workload: 'measure-export',
    requestId: 'request-1',
    exportId: 'exp_1',
    accountId: 'acme',
  });
  expect(after).not.toHaveProperty('requestId');
});
