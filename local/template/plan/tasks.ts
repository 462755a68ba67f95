import * as z from 'zod';
import type { Assets } from '../assets.ts';
import { boolean, commonProperties, integer, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';

/** An ECS cluster: a name for where tasks run. */
export interface ClusterPlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

/** A container of a Fargate task. */
export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  /** The folder the image is built from, when the assembly has it. */
  readonly imageDirectory?: string;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory?: string;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Variable -> the secret it holds: `arn:aws:secretsmanager:...:secret:NAME` for the whole of it, with
   * `:json-key:version-stage:version-id` appended for a part; or the ARN or name of an SSM parameter.
   */
  readonly secrets: Readonly<Record<string, string>>;
  readonly isEssential: boolean;
  /** From the polite signal to the kill. */
  readonly stopTimeoutSeconds: number;
}

/** A Fargate task definition. */
export interface TaskDefinitionPlan {
  readonly logicalId: string;
  readonly family: string;
  /** `arn:aws:ecs:us-east-1:000000000000:task-definition/FAMILY:1` */
  readonly arn: string;
  readonly containers: readonly ContainerPlan[];
  /** 1024 are one vCPU. */
  readonly cpuUnits: number;
  readonly memoryMb: number;
  readonly taskRoleArn: string;
  readonly executionRoleArn?: string;
}

const clusterSchema = z.strictObject({
  ...commonProperties,
  CapacityProviders: irrelevant('tasks are child processes'),
  ClusterName: irrelevant('read through the resource name'),
  ClusterSettings: irrelevant('metrics of containers'),
  Configuration: irrelevant('where sessions into containers are logged'),
  DefaultCapacityProviderStrategy: irrelevant('tasks are child processes'),
});

const containerSchema = z.strictObject({
  Command: z.array(text).default([]),
  EntryPoint: z.array(text).default([]),
  Environment: z.array(z.strictObject({ Name: text, Value: text })).default([]),
  Essential: boolean.default(true),
  Image: text,
  LinuxParameters: irrelevant('child processes have an init already'),
  LogConfiguration: irrelevant('logs go to the terminal'),
  MountPoints: irrelevant('child processes have the folders of this machine'),
  Name: text,
  ReadonlyRootFilesystem: irrelevant('child processes have the folders of this machine'),
  Secrets: z.array(z.strictObject({ Name: text, ValueFrom: text })).default([]),
  StopTimeout: integer.default(30),
  User: irrelevant('child processes run as whoever started the local cloud'),
  WorkingDirectory: text.optional(),
});

const taskDefinitionSchema = z.strictObject({
  ...commonProperties,
  ContainerDefinitions: z.array(containerSchema).min(1),
  Cpu: integer,
  EphemeralStorage: irrelevant('child processes have the disk of this machine'),
  ExecutionRoleArn: text.optional(),
  Family: text.optional(),
  Memory: integer,
  NetworkMode: z.literal('awsvpc'),
  RequiresCompatibilities: z.tuple([z.literal('FARGATE')]),
  RuntimePlatform: irrelevant('JavaScript runs on any'),
  TaskRoleArn: text,
  Volumes: irrelevant('child processes have the folders of this machine'),
});

/** Plans one `AWS::ECS::Cluster`. @throws TemplateError */
export function planCluster(resource: ResolvedResource): ClusterPlan {
  readProperties(resource, clusterSchema);
  return { logicalId: resource.logicalId, name: resource.ref(), arn: resource.attribute('Arn') };
}

/** Plans one `AWS::ECS::TaskDefinition` for Fargate. @throws TemplateError */
export function planTaskDefinition(resource: ResolvedResource, assets: Assets): TaskDefinitionPlan {
  const properties = readProperties(resource, taskDefinitionSchema);
  const arn = resource.ref();
  return {
    logicalId: resource.logicalId,
    family: arn.slice(arn.indexOf('/') + 1, arn.lastIndexOf(':')),
    arn,
    containers: properties.ContainerDefinitions.map((container) => planContainer(container, assets)),
    cpuUnits: properties.Cpu,
    memoryMb: properties.Memory,
    taskRoleArn: properties.TaskRoleArn,
    ...(properties.ExecutionRoleArn !== undefined && { executionRoleArn: properties.ExecutionRoleArn }),
  };
}

function planContainer(container: z.output<typeof containerSchema>, assets: Assets): ContainerPlan {
  const imageTag = container.Image.slice(container.Image.lastIndexOf(':') + 1);
  const imageDirectory = assets.directoryOfImageTag.get(imageTag);
  return {
    name: container.Name,
    image: container.Image,
    ...(imageDirectory !== undefined && { imageDirectory }),
    entryPoint: container.EntryPoint,
    command: container.Command,
    ...(container.WorkingDirectory !== undefined && { workingDirectory: container.WorkingDirectory }),
    environment: Object.fromEntries(container.Environment.map((variable) => [variable.Name, variable.Value])),
    secrets: Object.fromEntries(container.Secrets.map((secret) => [secret.Name, secret.ValueFrom])),
    isEssential: container.Essential,
    stopTimeoutSeconds: container.StopTimeout,
  };
}
