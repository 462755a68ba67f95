import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { ExportInput } from '../../core/contract/payloads.ts';
import { DISMISSED_ERROR } from '../../core/contract/step-errors.ts';
import { executionName } from '../../core/domain/execution.ts';
import type { ExportRef } from '../../core/domain/export-id.ts';
import type { Executions } from '../../core/ports/executions.ts';

/** The state machine on AWS Step Functions. */
export function stepFunctionsExecutions(client: SFNClient, stateMachineArn: string): Executions {
  const executionArn = (ref: ExportRef, number: number) =>
    `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${executionName(ref, number)}`;
  return {
    async start(ref, number) {
      const input: ExportInput = { accountId: ref.accountId, exportId: ref.exportId };
      try {
        await client.send(
          new StartExecutionCommand({
            stateMachineArn,
            name: executionName(ref, number),
            input: JSON.stringify(input),
          }),
        );
        // Also when it runs already, with the same input.
        return true;
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return false;
        throw error;
      }
    },
    ...stepFunctionsTokens(client),
    async status(ref, number) {
      try {
        const described = await client.send(new DescribeExecutionCommand({ executionArn: executionArn(ref, number) }));
        return described.status;
      } catch (error) {
        if (error instanceof ExecutionDoesNotExist) return undefined;
        throw error;
      }
    },
  };
}

/** The answers to those who wait on tokens, whichever state machine they are in. */
export function stepFunctionsTokens(client: SFNClient): Pick<Executions, 'resume' | 'dismiss'> {
  return {
    resume: (taskToken, output = {}) =>
      stillWaits(client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }))),
    dismiss: (taskToken) => stillWaits(client.send(new SendTaskFailureCommand({ taskToken, error: DISMISSED_ERROR }))),
  };
}

async function stillWaits(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
      return false;
    throw error;
  }
}
