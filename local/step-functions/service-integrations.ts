import { AccessDeniedError, AwsError } from '../aws-endpoint/service.ts';
import { isJsonObject, type Json } from './json.ts';
import { StateError } from './state-error.ts';

/** A function call of a Task state. */
export interface InvokeFunctionRequest {
  /** The state machine's role, which must be allowed to make the call. */
  readonly roleArn: string;
  /** What the definition names: an ARN, with or without a version, or a name. */
  readonly functionArn: string;
  readonly payload: Json;
  /** Fires when nobody waits for the answer any more; the call must settle soon after. */
  readonly signal: AbortSignal;
}

/**
 * Calls a function and resolves to what it returned. Rejects with the error it threw, whose `name` retriers and
 * catchers match; or with AccessDeniedError or another AwsError when it could not be called.
 */
export type InvokeFunction = (request: InvokeFunctionRequest) => Promise<Json | undefined>;

/** A container task of a Task state. */
export interface RunTaskRequest {
  /** The state machine's role, which must be allowed to run the task and to pass on its roles. */
  readonly roleArn: string;
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly launchType: string | undefined;
  /** Of a strategy the first, where AWS chooses by weight. */
  readonly capacityProvider: string | undefined;
  readonly overrides: { readonly containerOverrides: readonly ContainerOverride[] };
  /** Fires when the task must end: kill its process and settle. */
  readonly signal: AbortSignal;
}

/** What a run changes in one container. */
export interface ContainerOverride {
  readonly name: string;
  /** Added to the task definition's own variables. */
  readonly environment: Readonly<Record<string, string>>;
}

/** How a container task ended. */
export interface StoppedTask {
  readonly taskArn: string;
  readonly containerName: string;
  /** Undefined when its process never started or was killed by a signal. */
  readonly exitCode: number | undefined;
  /** E.g. `EssentialContainerExited`, `UserInitiated`. */
  readonly stopCode: string;
  readonly stoppedReason: string;
}

/** Runs a container task and resolves when it has stopped. Rejects when it could not be started. */
export type RunTask = (request: RunTaskRequest) => Promise<StoppedTask>;

/** `lambda:invoke`. @throws StateError */
export async function callLambda(parameters: Json, roleArn: string, signal: AbortSignal, invoke: InvokeFunction) {
  const { FunctionName, Payload = {} } = isJsonObject(parameters) ? parameters : {};
  const functionArn = requireString('FunctionName', FunctionName);
  try {
    const payload = await invoke({ roleArn, functionArn, payload: Payload, signal });
    return { ExecutedVersion: '$LATEST', Payload: payload ?? null, StatusCode: 200 };
  } catch (error) {
    throw lambdaFailure(error);
  }
}

function lambdaFailure(error: unknown): StateError {
  if (error instanceof AccessDeniedError) return new StateError('Lambda.AWSLambdaException', error.message);
  if (error instanceof AwsError) return new StateError(`Lambda.${error.code}`, error.message);
  if (!(error instanceof Error)) return new StateError('States.TaskFailed', String(error));
  const trace = error.stack?.split('\n').map((line) => line.trim()) ?? [];
  return new StateError(error.name, JSON.stringify({ errorType: error.name, errorMessage: error.message, trace }));
}

/** `ecs:runTask.sync`: resolves to the stopped task. @throws StateError `States.TaskFailed` or one of `ECS.*` */
export async function runEcsTask(parameters: Json, roleArn: string, signal: AbortSignal, runTask: RunTask) {
  const fields = isJsonObject(parameters) ? parameters : {};
  const containerOverrides = readOverrides(fields.Overrides);
  const request = {
    roleArn,
    cluster: requireString('Cluster', fields.Cluster),
    taskDefinition: requireString('TaskDefinition', fields.TaskDefinition),
    launchType: typeof fields.LaunchType === 'string' ? fields.LaunchType : undefined,
    capacityProvider: firstProvider(fields.CapacityProviderStrategy),
    overrides: { containerOverrides },
    signal,
  };
  const stopped = await start(request, runTask);
  const { taskArn, containerName, exitCode, stopCode, stoppedReason } = stopped;
  const container = {
    Name: containerName,
    LastStatus: 'STOPPED',
    ...(exitCode === undefined ? {} : { ExitCode: exitCode }),
  };
  const description = {
    ClusterArn: request.cluster,
    Containers: [container],
    DesiredStatus: 'STOPPED',
    LastStatus: 'STOPPED',
    Overrides: fields.Overrides ?? {},
    StopCode: stopCode,
    StoppedReason: stoppedReason,
    TaskArn: taskArn,
    TaskDefinitionArn: request.taskDefinition,
  };
  // A container can only exit: which error it meant stays unknown to the state machine.
  if (exitCode !== 0) throw new StateError('States.TaskFailed', JSON.stringify(description));
  return description;
}

function firstProvider(strategy: Json | undefined): string | undefined {
  const [first] = Array.isArray(strategy) ? strategy : [];
  return isJsonObject(first) ? requireString('CapacityProvider', first.CapacityProvider) : undefined;
}

async function start(request: RunTaskRequest, runTask: RunTask): Promise<StoppedTask> {
  try {
    return await runTask(request);
  } catch (error) {
    throw ecsFailure(error);
  }
}

function ecsFailure(error: unknown): StateError {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AccessDeniedError) return new StateError('ECS.AccessDeniedException', message);
  if (error instanceof AwsError) return new StateError(`ECS.${error.code}`, message);
  const named = error instanceof Error && error.name.startsWith('ECS.');
  return new StateError(named ? error.name : 'ECS.AmazonECSException', message);
}

function readOverrides(overrides: Json | undefined): ContainerOverride[] {
  const containers = isJsonObject(overrides) ? overrides.ContainerOverrides : undefined;
  if (!Array.isArray(containers)) return [];
  return containers.map((container) => {
    const { Name, Environment } = isJsonObject(container) ? container : {};
    const variables = (Array.isArray(Environment) ? Environment : []).map((variable) => {
      const fields = isJsonObject(variable) ? variable : {};
      return [requireString('Name', fields.Name), requireString('Value', fields.Value)] as const;
    });
    return { name: requireString('Name', Name), environment: Object.fromEntries(variables) };
  });
}

function requireString(field: string, value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new StateError(
    'States.Runtime',
    `The Parameters could not be used to start the Task: [The value for the field '${field}' must be a STRING]`,
  );
}
