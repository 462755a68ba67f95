import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as z from 'zod';
import { type JsonOperation, jsonService, parseInput } from '../aws-endpoint/json-service.ts';
import { AwsError, type AwsService } from '../aws-endpoint/service.ts';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { arn } from '../template/physical-ids.ts';
import type { SecretPlan } from '../template/plan/secrets.ts';
import { generateSecret } from './generate-secret.ts';

/** What a secret that is attached to a database says about it. */
export interface DatabaseAddress {
  readonly engine: string;
  readonly host: string;
  readonly port: number;
  readonly dbname: string;
}

export interface SecretsManagerOptions {
  readonly secrets: readonly SecretPlan[];
  /** Where generated values are kept, so that the next start has the same. */
  readonly stateDirectory: string;
  /** The address of a database by its identifier; asked at every read, because ports change from run to run. */
  readonly databaseAddress: (identifier: string) => DatabaseAddress;
}

/** Secrets Manager with the secrets of the template. */
export interface LocalSecretsManager {
  readonly service: AwsService;
  /** The value of a secret, past all policies, by name or ARN. @throws AwsError `ResourceNotFoundException` */
  read(secretId: string): string;
}

const versionSchema = z.object({ versionId: z.uuid(), createdAtSeconds: z.number(), value: z.string() });
const stateSchema = z.record(z.string(), versionSchema);
type Version = z.output<typeof versionSchema>;

const CURRENT = 'AWSCURRENT';
const getInput = z.strictObject({
  SecretId: z.string(),
  VersionId: z.string().optional(),
  VersionStage: z.string().default(CURRENT),
});
const describeInput = z.strictObject({ SecretId: z.string() });

/** Makes up the values that are missing, and serves all. */
export function createSecretsManager(options: SecretsManagerOptions): LocalSecretsManager {
  const versions = loadVersions(options);

  const find = (secretId: string) => options.secrets.find((secret) => isNamed(secret, secretId));
  const current = (secret: SecretPlan, wanted: { VersionId?: string | undefined; VersionStage?: string }): Version => {
    const version = versions[secret.arn];
    const { VersionId: id = version?.versionId, VersionStage: stage = CURRENT } = wanted;
    if (!version || id !== version.versionId || stage !== CURRENT) throw notFound();
    return { ...version, value: withDatabase(secret, version.value, options.databaseAddress) };
  };

  const get: JsonOperation = async (input, request) => {
    const wanted = parseInput(getInput, input);
    const secret = find(wanted.SecretId);
    await request.gate('GetSecretValue', [permission('GetSecretValue', wanted.SecretId, secret)]);
    if (!secret) throw notFound();
    const { versionId, value, createdAtSeconds } = current(secret, wanted);
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: versionId,
      VersionStages: [CURRENT],
      SecretString: value,
      CreatedDate: createdAtSeconds,
    };
  };

  const describe: JsonOperation = async (input, request) => {
    const { SecretId: secretId } = parseInput(describeInput, input);
    const secret = find(secretId);
    await request.gate('DescribeSecret', [permission('DescribeSecret', secretId, secret)]);
    if (!secret) throw notFound();
    const { versionId, createdAtSeconds } = current(secret, {});
    return {
      ARN: secret.arn,
      Name: secret.name,
      CreatedDate: createdAtSeconds,
      VersionIdsToStages: { [versionId]: [CURRENT] },
    };
  };

  return {
    service: jsonService('secretsmanager', { GetSecretValue: get, DescribeSecret: describe }),
    read(secretId) {
      const secret = find(secretId);
      if (!secret) throw notFound();
      return current(secret, {}).value;
    },
  };
}

function loadVersions({ secrets, stateDirectory }: SecretsManagerOptions): Record<string, Version> {
  const file = join(stateDirectory, 'secrets.json');
  const kept = readJsonFile(file, stateSchema) ?? {};
  const versions = Object.fromEntries(secrets.map((secret) => [secret.arn, version(secret, kept[secret.arn])]));
  writeJsonFile(file, versions);
  return versions;
}

function version(secret: SecretPlan, kept: Version | undefined): Version {
  const isKept = kept !== undefined && (secret.value === undefined || secret.value === kept.value);
  if (isKept) return kept;
  const value = secret.generate ? generateSecret(secret.generate) : (secret.value ?? '');
  return { versionId: randomUUID(), createdAtSeconds: Math.floor(Date.now() / 1000), value };
}

function isNamed(secret: SecretPlan, secretId: string): boolean {
  // A partial ARN leaves out the dash and the six characters that Secrets Manager appends to the name.
  return secretId === secret.name || secretId === secret.arn || secretId === secret.arn.slice(0, -7);
}

function withDatabase(secret: SecretPlan, value: string, addressOf: (identifier: string) => DatabaseAddress): string {
  if (secret.attachedDatabase === undefined) return value;
  return JSON.stringify({
    ...JSON.parse(value),
    ...addressOf(secret.attachedDatabase),
    dbClusterIdentifier: secret.attachedDatabase,
  });
}

function permission(operation: string, secretId: string, secret: SecretPlan | undefined) {
  const asked = secretId.startsWith('arn:') ? secretId : arn('secretsmanager', `secret:${secretId}`);
  return { action: `secretsmanager:${operation}`, resource: secret?.arn ?? asked };
}

function notFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 400, "Secrets Manager can't find the specified secret.");
}
