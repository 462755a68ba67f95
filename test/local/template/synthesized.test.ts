// @module-tag unknown-to-the-local-cloud

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthorizer } from '../../../local/iam/policy.ts';
import { type LocalPlan, planFromTemplate } from '../../../local/template/local-plan.ts';
import { synthesizeStack } from './synthesized-stack.ts';

describe('a stack as CDK synthesizes it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-test-'));
  let plan: LocalPlan;

  beforeAll(() => {
    const { template, assemblyDirectory } = synthesizeStack(directory);
    plan = planFromTemplate(template, assemblyDirectory);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const functionNamed = (prefix: string) => plan.functions.find(({ logicalId }) => logicalId.startsWith(prefix));

  test('has its table', () => {
    expect(plan.tables).toMatchObject([
      {
        keys: [
          { attribute: 'pk', keyType: 'HASH' },
          { attribute: 'sk', keyType: 'RANGE' },
        ],
        attributes: { pk: 'S', sk: 'S', kind: 'S' },
        globalIndexes: [{ name: 'due', projection: { type: 'KEYS_ONLY' } }],
        ttlAttribute: 'expiresAtSeconds',
        kmsKeyArn: expect.stringMatching(/^arn:aws:kms:us-east-1:000000000000:key\/[0-9a-f-]{36}$/),
      },
    ]);
  });

  test('has its bucket', () => {
    expect(plan.buckets.map(({ lifecycleRules }) => lifecycleRules)).toEqual([
      [
        { prefix: '', tags: [{ key: 'retention', value: '1' }], expirationDays: 2 },
        { prefix: '', tags: [], abortIncompleteMultipartUploadDays: 1 },
      ],
    ]);
    expect(plan.buckets[0]?.corsRules).toEqual([
      {
        allowedOrigins: ['https://reports.invalid'],
        allowedMethods: ['GET'],
        allowedHeaders: [],
        exposedHeaders: ['ETag'],
        maxAgeSeconds: 60,
      },
    ]);
  });

  test('has its functions, with the code of the assembly', () => {
    expect(plan.functions).toHaveLength(2);
    const create = functionNamed('Create');
    expect(create?.environment).toEqual({
      TABLE_NAME: plan.tables[0]?.name,
      BUCKET_NAME: plan.buckets[0]?.name,
      FLAGS: '/waybill/flags',
    });
    expect(existsSync(join(create?.codeDirectory ?? '', 'index.mjs'))).toBe(true);
  });

  test('has its state machine, wired to the function and the cluster', () => {
    expect(plan.stateMachines[0]?.definition).toMatchObject({
      StartAt: 'Queued',
      States: {
        Queued: { Parameters: { FunctionName: functionNamed('Create')?.arn } },
        Running: { Parameters: { Cluster: plan.clusters[0]?.arn, TaskDefinition: 'worker' } },
      },
    });
  });

  test('has its task definition', () => {
    expect(plan.taskDefinitions).toMatchObject([
      {
        family: 'worker',
        arn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/worker:1',
        cpuUnits: 1024,
        memoryMb: 2048,
        containers: [{ name: 'worker', secrets: { PASSWORD: `${plan.secrets[1]?.arn}:password::` } }],
      },
    ]);
  });

  test('has its secrets, attached to its database', () => {
    const identifier = plan.databases[0]?.identifier;
    const masterUsername = { secretArn: plan.secrets[0]?.arn, key: 'username' };
    expect(plan.databases).toMatchObject([{ databaseName: 'sample', masterUsername }]);
    expect(plan.secrets.map(({ attachedDatabase }) => attachedDatabase)).toEqual([identifier, identifier]);
    expect(plan.secrets[1]).toMatchObject({ name: 'waybill/reader', generate: { key: 'password', length: 32 } });
  });

  test('has its rules', () => {
    const functionArn = functionNamed('Record')?.arn;
    expect(plan.rules).toMatchObject([
      { scheduleExpression: 'rate(1 minute)', enabled: true, targets: [{ functionArn, input: '{"job":"sweep"}' }] },
      { eventPattern: { detail: { stateMachineArn: [plan.stateMachines[0]?.arn] } }, targets: [{ functionArn }] },
    ]);
  });

  test('has its API', () => {
    expect(plan.httpApis).toMatchObject([
      {
        cors: { allowOrigins: ['https://reports.invalid'], allowMethods: ['GET'], allowCredentials: false },
        routes: [
          {
            routeKey: 'GET /v1/exports/{id}',
            functionArn: functionNamed('Create')?.arn,
            authorizer: { issuer: 'https://issuer.invalid', audience: ['waybill'] },
            scopes: ['exports'],
            timeoutSeconds: 30,
          },
        ],
      },
    ]);
  });

  test('grants its roles what CDK wrote, and no more', () => {
    const { authorize } = createAuthorizer(plan.roles);
    const may = (roleArn: string | undefined, action: string, resource: string | undefined) =>
      authorize({ roleArn: roleArn ?? '' }, { action, resource: resource ?? '' });
    const create = functionNamed('Create')?.roleArn;
    expect(may(create, 'dynamodb:PutItem', plan.tables[0]?.arn)).toBe(true);
    expect(may(create, 'dynamodb:Query', `${plan.tables[0]?.arn}/index/due`)).toBe(true);
    expect(may(create, 's3:PutObject', `${plan.buckets[0]?.arn}/exports/1`)).toBe(true);
    expect(may(create, 'secretsmanager:GetSecretValue', plan.secrets[1]?.arn)).toBe(true);
    expect(may(create, 'ssm:GetParameter', plan.parameters[0]?.arn)).toBe(true);
    expect(may(functionNamed('Record')?.roleArn, 'dynamodb:PutItem', plan.tables[0]?.arn)).toBe(false);
    const machine = plan.stateMachines[0]?.roleArn;
    expect(may(machine, 'lambda:InvokeFunction', functionNamed('Create')?.arn)).toBe(true);
    expect(may(machine, 'lambda:InvokeFunction', functionNamed('Record')?.arn)).toBe(false);
    expect(may(plan.taskDefinitions[0]?.executionRoleArn, 'secretsmanager:GetSecretValue', plan.secrets[1]?.arn)).toBe(
      true,
    );
  });
});
