import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Authorize } from '../authorize.ts';
import { readJsonBody, replyJson, replyJsonError, targetOperation } from '../aws-endpoint/json-protocol.ts';
import { AwsError, type AwsRequest, type AwsService } from '../aws-endpoint/service.ts';
import type { LocalClock } from '../clock.ts';
import { ExecutionStore } from './execution-store.ts';
import { Executions } from './executions.ts';
import { OPERATIONS, type Operation, type OperationContext } from './operations.ts';
import type { InvokeFunction, RunTask } from './service-integrations.ts';
import { loadStateMachine, type StateMachineProps } from './state-machine.ts';
import type { StatusChangeEvent } from './status-change-event.ts';
import { TaskTokens } from './task-tokens.ts';

export interface StepFunctionsProps {
  readonly stateMachines: readonly StateMachineProps[];
  readonly invokeFunction: InvokeFunction;
  readonly runTask: RunTask;
  readonly authorize: Authorize;
  /** Every timer follows it: waits, retry delays, timeouts, heartbeats. */
  readonly clock: LocalClock;
  /** Where executions and their histories are kept. One process at a time. */
  readonly directory: string;
  /** Takes the event of every status change, after the change is on disk. */
  readonly emit: (event: StatusChangeEvent) => void;
}

/** The Step Functions API of the local cloud. */
export interface StepFunctions {
  readonly service: AwsService;
  /** Loads the state of earlier runs; executions that were live are now ABORTED, and their events are emitted. */
  start(): Promise<void>;
  /**
   * Fires the signals of all running tasks and resolves when their calls have settled. Live executions stay RUNNING on
   * disk until the next {@link start}.
   */
  stop(): Promise<void>;
}

/**
 * Builds the endpoint.
 * @throws Error when a definition contains what it cannot honour
 */
export function createStepFunctions(props: StepFunctionsProps): StepFunctions {
  const machines = new Map(props.stateMachines.map((machine) => [machine.arn, loadStateMachine(machine)]));
  const { clock, invokeFunction, runTask, authorize } = props;
  const calls = new Map<AbortController, Promise<unknown>>();
  let context: OperationContext | undefined;

  async function answer(request: AwsRequest): Promise<object> {
    const name = targetOperation(request);
    const operation = Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name] : undefined;
    if (!operation) throw new AwsError('UnknownOperationException', 400, `Operation "${name}" is not supported here.`);
    const { permission, run } = bindRequest(operation, await readJsonBody(request));
    await request.gate(name, [permission]);
    if (!context) throw new AwsError('ServiceUnavailable', 503, 'The local Step Functions is not running.');
    return run(context);
  }

  return {
    service: {
      signingName: 'states',
      async handle(request: AwsRequest, response: ServerResponse): Promise<void> {
        try {
          replyJson(response, await answer(request));
        } catch (error) {
          if (!(error instanceof AwsError)) console.error('Step Functions request failed', error);
          replyJsonError(response, error);
        }
      },
    },

    async start() {
      const store = new ExecutionStore(props.directory);
      store.load();
      const tokens = new TaskTokens(store.tokenKey());
      const executions = new Executions(
        store,
        { clock, tokens, invokeFunction, runTask, authorize, calls },
        props.emit,
      );
      executions.abortInterrupted();
      context = { machines, store, executions, tokens, loadedAt: clock.now() };
    },

    async stop() {
      context?.executions.abandonAll();
      context = undefined;
      for (const call of calls.keys()) call.abort();
      await Promise.all(calls.values());
    },
  };
}

function bindRequest(operation: Operation, body: unknown) {
  try {
    return operation.bind(body);
  } catch (error) {
    if (error instanceof z.ZodError) throw new AwsError('ValidationException', 400, z.prettifyError(error));
    throw error;
  }
}
