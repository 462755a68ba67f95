import { isJsonObject, type Json } from './json.ts';

/** A service integration, as `Resource` of a Task state names it. */
export interface TaskResource {
  readonly service: 'lambda' | 'ecs';
  /** `requestResponse` goes on with the answer, `sync` with the stopped task, the third with what the token's holder sends. */
  readonly pattern: 'requestResponse' | 'sync' | 'waitForTaskToken';
  /** As the history names it, e.g. `invoke.waitForTaskToken`. */
  readonly action: string;
}

const RESOURCES: Readonly<Record<string, TaskResource>> = {
  'lambda:invoke': { service: 'lambda', pattern: 'requestResponse', action: 'invoke' },
  'lambda:invoke.waitForTaskToken': {
    service: 'lambda',
    pattern: 'waitForTaskToken',
    action: 'invoke.waitForTaskToken',
  },
  'ecs:runTask.sync': { service: 'ecs', pattern: 'sync', action: 'runTask.sync' },
  'ecs:runTask.waitForTaskToken': { service: 'ecs', pattern: 'waitForTaskToken', action: 'runTask.waitForTaskToken' },
};

/** The parameters each service takes here; `true` marks those that are required. */
const PARAMETERS: Readonly<Record<TaskResource['service'], Readonly<Record<string, boolean>>>> = {
  lambda: { FunctionName: true, Payload: false },
  // Network, platform and tags have no meaning for a process on this machine: accepted, and nothing follows from them.
  ecs: {
    Cluster: true,
    TaskDefinition: true,
    LaunchType: false,
    CapacityProviderStrategy: false,
    Overrides: false,
    NetworkConfiguration: false,
    PlatformVersion: false,
    PropagateTags: false,
    EnableExecuteCommand: false,
  },
};

/** What a `Resource` ARN stands for, or undefined when it cannot be run here. */
export function parseTaskResource(arn: string): TaskResource | undefined {
  const name = /^arn:[\w-]+:states:::(.+)$/.exec(arn)?.[1];
  return name !== undefined && Object.hasOwn(RESOURCES, name) ? RESOURCES[name] : undefined;
}

/** What is wrong with a task's `Parameters`, looking at its field names only. */
export function checkTaskParameters(resource: TaskResource, parameters: Json): string[] {
  const known = PARAMETERS[resource.service];
  const given = fieldsOf(parameters);
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => `${resource.service}:${resource.action} takes no ${name} here`);
  for (const [name, required] of Object.entries(known)) {
    if (required && !Object.hasOwn(given, name)) problems.push(`${name} is missing`);
  }
  if (resource.service === 'ecs') problems.push(...checkOverrides(given.Overrides ?? {}));
  return problems;
}

function checkOverrides(overrides: Json): string[] {
  const { ContainerOverrides: containers = [], ...others } = fieldsOf(overrides);
  const problems = Object.keys(others).map((name) => `Overrides.${name} is not supported`);
  if (!Array.isArray(containers)) return [...problems, 'Overrides.ContainerOverrides must be an array'];
  for (const container of containers) {
    for (const name of Object.keys(fieldsOf(container))) {
      if (name !== 'Name' && name !== 'Environment') problems.push(`ContainerOverrides.${name} is not supported`);
    }
  }
  return problems;
}

/** The fields of a template's object, without the `.$` of those that are computed. */
function fieldsOf(template: Json): Record<string, Json> {
  if (!isJsonObject(template)) return {};
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name.replace(/\.\$$/, ''), value]));
}
