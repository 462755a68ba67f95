import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { createAwsEndpoint } from '../../../local/aws-endpoint/endpoint.ts';
import { AccessDeniedError, type RequiredPermission } from '../../../local/aws-endpoint/service.ts';
import { type CancelTimer, LocalClock } from '../../../local/clock.ts';
import type { Json } from '../../../local/step-functions/json.ts';
import type {
  InvokeFunction,
  InvokeFunctionRequest,
  RunTask,
  RunTaskRequest,
  StoppedTask,
} from '../../../local/step-functions/service-integrations.ts';
import type { StatusChangeEvent } from '../../../local/step-functions/status-change-event.ts';
import { createStepFunctions } from '../../../local/step-functions/step-functions.ts';

export const MACHINE_ARN = 'arn:aws:states:eu-central-1:000000000000:stateMachine:exports';
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/states';

/** A clock on which a test can wait for a timer to be set. */
export class WatchedClock extends LocalClock {
  readonly #armed: number[] = [];
  readonly #waiters: { delayMs: number; resolve: () => void }[] = [];

  override after(delayMs: number, fire: () => void): CancelTimer {
    const cancel = super.after(delayMs, fire);
    const waiter = this.#waiters.findIndex((candidate) => candidate.delayMs === delayMs);
    if (waiter < 0) this.#armed.push(delayMs);
    else this.#waiters.splice(waiter, 1)[0]?.resolve();
    return cancel;
  }

  /** Resolves once a timer of exactly this length has been set; each timer answers one call. */
  async armed(seconds: number): Promise<void> {
    const delayMs = seconds * 1000;
    const index = this.#armed.indexOf(delayMs);
    if (index >= 0) this.#armed.splice(index, 1);
    else await new Promise<void>((resolve) => this.#waiters.push({ delayMs, resolve }));
  }
}

export type FunctionHandler = (payload: Json, request: InvokeFunctionRequest) => Json | undefined | Promise<Json>;
export type TaskHandler = (request: RunTaskRequest) => Promise<StoppedTask>;

export interface CloudOptions {
  definition: unknown;
  functions?: Record<string, FunctionHandler>;
  runTask?: TaskHandler;
  /** Keep the state of an earlier cloud. */
  directory?: string;
  clock?: WatchedClock;
  authorize?: (permission: RequiredPermission) => boolean;
  /** What the state machine's role may do. @default everything */
  machineMay?: (permission: RequiredPermission) => boolean;
}

/** A Step Functions endpoint behind the signed AWS endpoint, and a real client. */
export async function startCloud(options: CloudOptions) {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'waybill-states-')));
  const clock = options.clock ?? new WatchedClock();
  const events: StatusChangeEvent[] = [];
  const waiters = new Map<string, () => void>();
  const invokeFunction: InvokeFunction = async (request) => {
    const handler = options.functions?.[request.functionArn];
    if (!handler) throw new Error(`no function ${request.functionArn}`);
    return handler(request.payload, request);
  };
  const runTask: RunTask = async (request) => {
    if (!options.runTask) throw new Error('no tasks here');
    return options.runTask(request);
  };
  const stepFunctions = createStepFunctions({
    stateMachines: [{ arn: MACHINE_ARN, name: 'exports', roleArn: ROLE_ARN, definition: options.definition }],
    invokeFunction,
    runTask,
    authorize(caller, permission) {
      if (options.machineMay?.(permission) === false) throw new AccessDeniedError(caller, permission);
    },
    clock,
    directory,
    emit(event) {
      events.push(event);
      if (event.detail.status !== 'RUNNING') waiters.get(event.detail.executionArn)?.();
    },
  });
  await stepFunctions.start();
  const principal = { roleArn: 'arn:aws:iam::000000000000:role/caller' };
  const endpoint = createAwsEndpoint({
    services: [stepFunctions.service],
    credentials: (id) => (id === 'caller' ? { secretAccessKey: 'secret', principal } : undefined),
    authorize: (_, permission) => options.authorize?.(permission) ?? true,
    clock,
  });
  const server = createServer((request, response) => void endpoint.handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new SFNClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'caller', secretAccessKey: 'secret' },
  });

  const cloud = {
    client,
    clock,
    events,
    directory,
    stepFunctions,
    /** Starts an execution and returns its ARN. */
    async start(input: Json = {}, name?: string): Promise<string> {
      const request = { stateMachineArn: MACHINE_ARN, input: JSON.stringify(input), name };
      const { executionArn = '' } = await client.send(new StartExecutionCommand(request));
      return executionArn;
    },
    /** Resolves to the description of an execution once it has ended. */
    async ended(executionArn: string) {
      const isOver = events.some(({ detail }) => detail.executionArn === executionArn && detail.status !== 'RUNNING');
      if (!isOver) await new Promise<void>((resolve) => waiters.set(executionArn, resolve));
      return client.send(new DescribeExecutionCommand({ executionArn }));
    },
    async run(input: Json = {}) {
      return cloud.ended(await cloud.start(input));
    },
    async history(executionArn: string): Promise<HistoryEvent[]> {
      const found: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page = await client.send(new GetExecutionHistoryCommand({ executionArn, nextToken }));
        found.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken);
      return found;
    },
    /** Ends the process, as it were: its state stays on disk. */
    async shutDown() {
      await stepFunctions.stop();
      client.destroy();
      server.close();
      server.closeAllConnections();
    },
    async [Symbol.asyncDispose]() {
      await cloud.shutDown();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return cloud;
}

/** A queue of calls that a test takes one by one. */
export function callQueue<T>() {
  const arrived: T[] = [];
  const waiting: ((call: T) => void)[] = [];
  return {
    push(call: T): void {
      const next = waiting.shift();
      if (next) next(call);
      else arrived.push(call);
    },
    async next(): Promise<T> {
      const call = arrived.shift();
      return call ?? new Promise((resolve) => waiting.push(resolve));
    },
  };
}

/** A task that only its signal ends; `aborted` resolves when that has happened. */
export function endlessTask() {
  const { promise: started, resolve: onStart } = Promise.withResolvers<RunTaskRequest>();
  const { promise: aborted, resolve: onAbort } = Promise.withResolvers<void>();
  const handler = (request: { signal: AbortSignal }) =>
    new Promise<never>((_, reject) => {
      onStart(request as RunTaskRequest);
      request.signal.addEventListener('abort', () => {
        onAbort();
        reject(new Error('killed'));
      });
    });
  return { handler, started, aborted };
}

/** A container that exits with a code. */
export function exited(exitCode: number | undefined): StoppedTask {
  return {
    taskArn: 'arn:aws:ecs:eu-central-1:000000000000:task/waybill/1',
    containerName: 'worker',
    exitCode,
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
  };
}

/** A Task state that calls a function. */
export function lambdaTask(name: string, more: object = {}) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: name, 'Payload.$': '$' },
    ...more,
  };
}

/** A Task state that hands its token to a function and waits for it. */
export function tokenTask(name: string, more: object = {}) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: name, Payload: { 'token.$': '$$.Task.Token' } },
    ...more,
  };
}

/** A Task state that runs a container to its end. */
export function ecsTask(environment: object[] = [], more: object = {}) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::ecs:runTask.sync',
    Parameters: {
      Cluster: 'waybill',
      TaskDefinition: 'worker',
      LaunchType: 'FARGATE',
      Overrides: { ContainerOverrides: [{ Name: 'worker', Environment: environment }] },
    },
    ...more,
  };
}

/** A machine of one state. */
export function only(state: object) {
  return { StartAt: 'Only', States: { Only: { ...state, End: true } } };
}

/** An error that a function throws by name. */
export function namedError(name: string, message = 'as a test asked'): Error {
  return Object.assign(new Error(message), { name });
}
