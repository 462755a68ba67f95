import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import type { stepInput } from '../../core/contract/payloads.ts';
import { ExportFailedError } from '../../core/domain/errors.ts';
import { logger } from './request-log.ts';

/** What every line of a step tells, where its input does. */
type LoggedKey = keyof z.output<typeof stepInput>;

/** Wraps a step of the state machine: parses its input, logs, and throws failures under their code as the error's name. */
export function stepHandler<Input extends z.ZodType, Output>(
  workload: string,
  input: Input,
  work: (input: z.output<Input>, context: Context) => Promise<Output>,
) {
  return middy<unknown, Output>()
    .before(({ event, context }) => {
      const { exportId, accountId, executionArn } = event as Partial<Record<LoggedKey, string>>;
      logger.appendKeys({ workload, requestId: context.awsRequestId, exportId, accountId, executionArn });
    })
    .after(() => logger.resetKeys())
    .onError(({ error }) => {
      logger.error('step failed', error as Error);
      logger.resetKeys();
      // The state machine decides by the error's name, so it must be the failure's code.
      if (error instanceof ExportFailedError) throw Object.assign(new Error(error.message), { name: error.code });
      throw error;
    })
    .handler((event, context) => work(input.parse(event), context));
}
