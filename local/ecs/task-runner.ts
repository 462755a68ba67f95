import { randomUUID } from 'node:crypto';
import type { Authorize } from '../authorize.ts';
import type { Principal } from '../aws-endpoint/service.ts';
import type { LocalClock } from '../clock.ts';
import { type Measure, measureNothing } from '../cloudwatch/metric.ts';
import { LineLog, type LogLine } from '../line-log.ts';
import {
  type ContainerDefinition,
  type ContainerOverride,
  findTaskDefinition,
  onlyContainer,
  overrideContainer,
  type TaskDefinition,
} from './task-definition.ts';
import { taskMetrics } from './task-metrics.ts';
import { TaskProcess } from './task-process.ts';
import { taskSession } from './task-session.ts';

export interface TaskRunnerOptions {
  readonly taskDefinitions: readonly TaskDefinition[];
  /** The bundle every task runs with Node.js. */
  readonly workerEntry: string;
  /** Region, credentials and endpoint of a role, as environment variables. */
  readonly environmentFor: (roleArn: string) => Readonly<Record<string, string>>;
  /** The value of a secret, fetched with the execution role. Needed when a container has secrets. */
  readonly resolveSecret?: (valueFrom: string, executionRoleArn: string) => Promise<string>;
  readonly authorize: Authorize;
  readonly clock: LocalClock;
  readonly log: LogLine;
  /** @default nothing is measured */
  readonly measure?: Measure;
  /** Between SIGTERM and SIGKILL. @default 30 */
  readonly stopTimeoutSeconds?: number;
}

export interface RunTaskCall {
  /** The caller, who needs `ecs:RunTask` on the definition and `iam:PassRole` on its roles. */
  readonly caller: Principal;
  readonly cluster: string;
  /** ARN, `family:revision` or family. */
  readonly taskDefinition: string;
  /** `FARGATE_SPOT`, or on demand. No task is interrupted, whatever it runs on. */
  readonly capacityProvider?: string | undefined;
  readonly overrides?: { readonly containerOverrides?: readonly ContainerOverride[] | undefined } | undefined;
  /** Stops the task; the promise resolves once its processes are gone. */
  readonly signal?: AbortSignal | undefined;
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html */
export interface StoppedTask {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly cluster: string;
  readonly containerName: string;
  /** Undefined when the container never started. */
  readonly exitCode: number | undefined;
  readonly stopCode: 'EssentialContainerExited' | 'UserInitiated' | 'TaskFailedToStart';
  readonly stoppedReason: string;
  readonly startedAt: Date | undefined;
  readonly stoppedAt: Date;
}

interface RunningTask {
  readonly taskArn: string;
  readonly taskDefinitionArn: string;
  readonly pid: number | undefined;
}

export interface TaskRunner {
  /**
   * Runs a task to its end.
   * @throws AccessDeniedError, RunTaskError or the signal's reason when nothing was started
   */
  runTask(call: RunTaskCall): Promise<StoppedTask>;
  running(): readonly RunningTask[];
  /** The latest output of all tasks of a family, oldest line first. */
  logs(family: string): readonly string[];
  /** Measures what the running tasks use. */
  sample(): void;
  /** Sends a signal to the first process of a task. */
  kill(taskArn: string, signal: NodeJS.Signals): void;
  /** Stops all tasks, starts no other, and resolves once their processes are gone. */
  stop(): Promise<void>;
}

interface Running {
  readonly taskArn: string;
  readonly definition: TaskDefinition;
  readonly process: TaskProcess;
}

/** Runs the template's Fargate tasks as child processes of this one. */
export function createTaskRunner(options: TaskRunnerOptions): TaskRunner {
  const tasks = new Map<string, Running>();
  const underWay = new Set<Promise<StoppedTask>>();
  const metrics = taskMetrics(options.measure ?? measureNothing);
  const stopping = new AbortController();
  const logs = new Map(options.taskDefinitions.map(({ family }) => [family, new LineLog(family, options.log)]));
  for (const definition of options.taskDefinitions) check(definition, options);
  const stopFollowing = options.clock.onAdvance((offsetMs) => {
    for (const task of tasks.values()) task.process.shiftClock(offsetMs);
  });

  function logOf(family: string): LineLog {
    const log = logs.get(family);
    if (log === undefined) throw new Error(`No task definition has the family ${family}`);
    return log;
  }

  async function authorize(caller: Principal, cluster: string, definition: TaskDefinition): Promise<void> {
    const context = cluster.startsWith('arn:') ? { 'ecs:cluster': cluster } : {};
    await options.authorize(caller, { action: 'ecs:RunTask', resource: definition.arn, context });
    const roles = [definition.taskRoleArn, definition.executionRoleArn].filter((role) => role !== undefined);
    for (const resource of new Set(roles)) {
      const passed = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };
      await options.authorize(caller, { action: 'iam:PassRole', resource, context: passed });
    }
  }

  async function secretsOf(container: ContainerDefinition, executionRoleArn = ''): Promise<Record<string, string>> {
    const { resolveSecret } = options;
    if (resolveSecret === undefined) return {};
    const entries = Object.entries(container.secrets ?? {});
    return Object.fromEntries(
      await Promise.all(entries.map(async ([name, from]) => [name, await resolveSecret(from, executionRoleArn)])),
    );
  }

  async function start(taskArn: string, definition: TaskDefinition, container: ContainerDefinition): Promise<Running> {
    const process = new TaskProcess({
      entry: options.workerEntry,
      args: container.command ?? [],
      environment: {
        ...container.environment,
        ...(await secretsOf(container, definition.executionRoleArn)),
        ...options.environmentFor(definition.taskRoleArn),
        AWS_SESSION_TOKEN: taskSession(container.environment, taskArn),
        ...CONTAINER_ENVIRONMENT,
      },
      clockOffsetMs: options.clock.offsetMs,
      stopTimeoutSeconds: options.stopTimeoutSeconds ?? 30,
      log: logOf(definition.family),
    });
    const task = { taskArn, definition, process };
    tasks.set(taskArn, task);
    return task;
  }

  async function run(call: RunTaskCall): Promise<StoppedTask> {
    const definition = findTaskDefinition(options.taskDefinitions, call.taskDefinition);
    await authorize(call.caller, call.cluster, definition);
    const container = overrideContainer(onlyContainer(definition), call.overrides?.containerOverrides ?? []);
    const signal = call.signal === undefined ? stopping.signal : AbortSignal.any([stopping.signal, call.signal]);
    signal.throwIfAborted();

    const taskArn = taskArnOf(definition, call.cluster);
    const common = { taskArn, taskDefinitionArn: definition.arn, cluster: call.cluster, containerName: container.name };
    let startedAt: Date | undefined;
    try {
      const { process } = await start(taskArn, definition, container);
      startedAt = new Date(options.clock.now());
      const capacity = call.capacityProvider === 'FARGATE_SPOT' ? 'Spot' : 'OnDemand';
      const ended = metrics.started({ definition, cluster: call.cluster, capacity, usage: () => process.usage() });
      const stop = () => process.stop();
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      const exitCode = await process.exitCode.finally(() => {
        signal.removeEventListener('abort', stop);
        ended();
      });
      const stoppedAt = new Date(options.clock.now());
      return signal.aborted
        ? { ...common, exitCode, startedAt, stoppedAt, stopCode: 'UserInitiated', stoppedReason: reasonOf(signal) }
        : { ...common, exitCode, startedAt, stoppedAt, stopCode: 'EssentialContainerExited', stoppedReason: EXITED };
    } catch (error) {
      const stoppedAt = new Date(options.clock.now());
      const stoppedReason = `ResourceInitializationError: ${String(error)}`;
      return {
        ...common,
        exitCode: undefined,
        startedAt: undefined,
        stoppedAt,
        stopCode: 'TaskFailedToStart',
        stoppedReason,
      };
    } finally {
      tasks.delete(taskArn);
    }
  }

  return {
    async runTask(call) {
      const task = run(call);
      underWay.add(task);
      return task.finally(() => underWay.delete(task));
    },
    running: () =>
      [...tasks.values()].map(({ taskArn, definition, process }) => ({
        taskArn,
        taskDefinitionArn: definition.arn,
        pid: process.pid,
      })),
    logs: (family) => logOf(family).lines,
    sample: metrics.sample,
    kill: (taskArn, signal) => tasks.get(taskArn)?.process.kill(signal),
    async stop() {
      stopFollowing();
      stopping.abort(new Error('The local cloud is stopping'));
      await Promise.allSettled(underWay);
    },
  };
}

const EXITED = 'Essential container in task exited';

/** What a container has besides its definition. A home without an .aws folder keeps the developer's profiles out. */
const CONTAINER_ENVIRONMENT = {
  AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
  HOME: '/nonexistent',
  PATH: process.env.PATH ?? '',
  TZ: 'UTC',
};

function check(definition: TaskDefinition, { resolveSecret }: TaskRunnerOptions): void {
  const [secret] = Object.keys(onlyContainer(definition).secrets ?? {});
  if (secret === undefined) return;
  if (resolveSecret === undefined || definition.executionRoleArn === undefined) {
    throw new Error(`Task definition ${definition.family} has the secret ${secret} but nothing to resolve it with`);
  }
}

function taskArnOf({ arn }: TaskDefinition, cluster: string): string {
  const [prefix] = arn.split(':task-definition/');
  return `${prefix}:task/${cluster.split('/').at(-1)}/${randomUUID().replaceAll('-', '')}`;
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : String(reason);
}
