import { RunTaskError } from './task-error.ts';

/** One task definition of the template, as the runner needs it. */
export interface TaskDefinition {
  /** With its revision: `arn:aws:ecs:<region>:<account>:task-definition/<family>:<revision>`. */
  readonly arn: string;
  readonly family: string;
  /** Exactly one: this is the container whose image holds the worker. */
  readonly containers: readonly ContainerDefinition[];
  readonly taskRoleArn: string;
  /** 1024 are one vCPU. */
  readonly cpuUnits: number;
  readonly memoryMb: number;
  /** The role that fetches secrets; passed like the task role. */
  readonly executionRoleArn?: string | undefined;
}

export interface ContainerDefinition {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variable -> what `resolveSecret` finds its value by (`valueFrom`). */
  readonly secrets?: Readonly<Record<string, string>> | undefined;
  /** Arguments of the worker, as after an image's entry point. */
  readonly command?: readonly string[] | undefined;
}

/** What a caller of RunTask may change about one container. */
export interface ContainerOverride {
  readonly name: string;
  readonly environment?: readonly { readonly name: string; readonly value: string }[] | undefined;
  readonly command?: readonly string[] | undefined;
}

/**
 * Finds a task definition by ARN, by `family:revision` or by family.
 * @throws RunTaskError
 */
export function findTaskDefinition(definitions: readonly TaskDefinition[], reference: string): TaskDefinition {
  const found = definitions.find(
    ({ arn, family }) => reference === arn || reference === family || arn.endsWith(`:task-definition/${reference}`),
  );
  if (found === undefined) throw new RunTaskError('ClientException', `TaskDefinition not found: ${reference}`);
  return found;
}

/**
 * The only container of a definition.
 * @throws Error naming the family when it has another number of containers
 */
export function onlyContainer({ family, containers }: TaskDefinition): ContainerDefinition {
  const [container] = containers;
  if (container === undefined || containers.length > 1) {
    throw new Error(`Task definition ${family} has ${containers.length} containers; the local cloud runs exactly one`);
  }
  return container;
}

/**
 * The container with the caller's overrides applied.
 * @throws RunTaskError when an override names another container
 */
export function overrideContainer(
  container: ContainerDefinition,
  overrides: readonly ContainerOverride[],
): ContainerDefinition {
  const stranger = overrides.find(({ name }) => name !== container.name);
  if (stranger !== undefined) {
    const message = `Override for container named ${stranger.name} is not a container in the TaskDefinition.`;
    throw new RunTaskError('InvalidParameterException', message);
  }
  const variables = overrides.flatMap(({ environment = [] }) => environment.map(({ name, value }) => [name, value]));
  return {
    ...container,
    environment: { ...container.environment, ...Object.fromEntries(variables) },
    command: overrides.findLast(({ command }) => command !== undefined)?.command ?? container.command,
  };
}
