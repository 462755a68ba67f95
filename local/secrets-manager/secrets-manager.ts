import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type JsonOperation, jsonService, parseInput } from '../aws-endpoint/json-service.ts';
import { AwsError, type AwsRequest, type AwsService, type RequiredPermission } from '../aws-endpoint/service.ts';
import { arn } from '../template/physical-ids.ts';
import type { SecretPlan } from '../template/plan/secrets.ts';
import { SecretRotation, type SecretRotationOptions } from './rotation.ts';
import { CURRENT, type SecretVersion, versionNotFound } from './secret-versions.ts';

/** What a secret that is attached to a database says about it. */
export interface DatabaseAddress {
  readonly engine: string;
  readonly host: string;
  readonly port: number;
  readonly dbname: string;
}

export interface SecretsManagerOptions extends SecretRotationOptions {
  /** The address of a database by its identifier; asked at every read, because ports change from run to run. */
  readonly databaseAddress: (identifier: string) => DatabaseAddress;
}

const secretId = { SecretId: z.string() };
const requestToken = z.string().min(32).max(64).optional();
const stage = z.string().min(1).max(256);
const getInput = z.strictObject({ ...secretId, VersionId: z.string().optional(), VersionStage: stage.optional() });
const describeInput = z.strictObject(secretId);
const putInput = z.strictObject({
  ...secretId,
  ClientRequestToken: requestToken,
  SecretString: z.string().max(65_536),
  VersionStages: z.array(stage).min(1).max(20).default([CURRENT]),
});
const moveInput = z.strictObject({
  ...secretId,
  VersionStage: stage,
  MoveToVersionId: z.string().optional(),
  RemoveFromVersionId: z.string().optional(),
});
const rotateInput = z.strictObject({ ...secretId, ClientRequestToken: requestToken });

export interface LocalSecretsManager {
  readonly service: AwsService;
  readonly rotation: SecretRotation;
}

/** Secrets Manager with the secrets of the template; schedules are followed once `rotation` is started. */
export function createSecretsManager(options: SecretsManagerOptions): LocalSecretsManager {
  const { versions } = options;
  const rotation = new SecretRotation(options);

  /** Finds a secret for a caller who may do this with it. @throws AwsError */
  async function open(
    request: AwsRequest,
    operation: string,
    asked: string,
    alsoNeeded: (secret: SecretPlan | undefined) => readonly RequiredPermission[] = () => [],
  ): Promise<SecretPlan> {
    const secret = options.secrets.find((candidate) => isNamed(candidate, asked));
    await request.gate(operation, [permission(operation, asked, secret), ...alsoNeeded(secret)]);
    if (secret) return secret;
    throw new AwsError('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret.");
  }

  const get: JsonOperation = async (input, request) => {
    const { SecretId: asked, VersionId: id, VersionStage } = parseInput(getInput, input);
    const secret = await open(request, 'GetSecretValue', asked);
    const wanted = VersionStage ?? (id === undefined ? CURRENT : undefined);
    const version = versions
      .all(secret)
      .find((one) => (id ?? one.id) === one.id && (wanted === undefined || one.stages.includes(wanted)));
    if (version?.value === undefined) throw versionNotFound();
    return {
      ...named(secret),
      ...staged(version),
      SecretString: withDatabase(secret, version.value, options.databaseAddress),
      CreatedDate: version.createdAtSeconds,
    };
  };

  const describe: JsonOperation = async (input, request) => {
    const secret = await open(request, 'DescribeSecret', parseInput(describeInput, input).SecretId);
    const all = versions.all(secret);
    return {
      ...named(secret),
      CreatedDate: Math.min(...all.map(({ createdAtSeconds }) => createdAtSeconds)),
      VersionIdsToStages: Object.fromEntries(all.map(({ id, stages }) => [id, stages])),
      RotationEnabled: secret.rotation !== undefined,
      ...(secret.rotation && {
        RotationLambdaARN: secret.rotation.functionArn,
        RotationRules: { ScheduleExpression: secret.rotation.scheduleExpression },
        LastRotatedDate: versions.rotatedAtMs(secret) / 1000,
      }),
    };
  };

  const put: JsonOperation = async (input, request) => {
    const { SecretId: asked, ClientRequestToken, SecretString, VersionStages } = parseInput(putInput, input);
    const secret = await open(request, 'PutSecretValue', asked);
    const version = versions.put(secret, ClientRequestToken ?? randomUUID(), SecretString, VersionStages);
    return { ...named(secret), ...staged(version) };
  };

  const move: JsonOperation = async (input, request) => {
    const { SecretId: asked, ...move } = parseInput(moveInput, input);
    const secret = await open(request, 'UpdateSecretVersionStage', asked);
    versions.move(secret, move.VersionStage, move.MoveToVersionId, move.RemoveFromVersionId);
    return named(secret);
  };

  const rotate: JsonOperation = async (input, request) => {
    const { SecretId: asked, ClientRequestToken: id = randomUUID() } = parseInput(rotateInput, input);
    const secret = await open(request, 'RotateSecret', asked, (found) =>
      found?.rotation ? [{ action: 'lambda:InvokeFunction', resource: found.rotation.functionArn }] : [],
    );
    rotation.request(secret, id);
    return { ...named(secret), VersionId: id };
  };

  const service = jsonService('secretsmanager', {
    GetSecretValue: get,
    DescribeSecret: describe,
    PutSecretValue: put,
    UpdateSecretVersionStage: move,
    RotateSecret: rotate,
  });
  return { service, rotation };
}

function named({ arn: ARN, name: Name }: SecretPlan) {
  return { ARN, Name };
}

function staged({ id: VersionId, stages: VersionStages }: SecretVersion) {
  return { VersionId, VersionStages };
}

function isNamed(secret: SecretPlan, asked: string): boolean {
  // A partial ARN leaves out the dash and the six characters that Secrets Manager appends to the name.
  return asked === secret.name || asked === secret.arn || asked === secret.arn.slice(0, -7);
}

function withDatabase(secret: SecretPlan, value: string, addressOf: (identifier: string) => DatabaseAddress): string {
  if (secret.attachedDatabase === undefined) return value;
  return JSON.stringify({
    ...JSON.parse(value),
    ...addressOf(secret.attachedDatabase),
    dbClusterIdentifier: secret.attachedDatabase,
  });
}

function permission(operation: string, asked: string, secret: SecretPlan | undefined): RequiredPermission {
  const askedArn = asked.startsWith('arn:') ? asked : arn('secretsmanager', `secret:${asked}`);
  return { action: `secretsmanager:${operation}`, resource: secret?.arn ?? askedArn };
}
