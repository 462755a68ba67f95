import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { environments } from '../../../core/contract/env.ts';
import { createAuthorizer } from '../../../local/iam/policy.ts';
import { type LocalPlan, planFromTemplate } from '../../../local/template/local-plan.ts';
import { type Json, writeStack } from '../../lib/synthesize.ts';

describe('the stack of stage local', () => {
  let plan: LocalPlan;
  let template: Json;
  let directory: string;

  beforeAll(() => {
    ({ template, directory } = writeStack());
    plan = planFromTemplate(template, directory);
  });

  test('is planned as a whole', () => {
    const counts = Object.fromEntries(Object.entries(plan).map(([key, part]) => [key, part.length]));
    expect(counts).toMatchObject({ tables: 1, buckets: 2, stateMachines: 1, taskDefinitions: 1, httpApis: 1 });
    expect(counts).toMatchObject({ distributions: 1, bucketDeployments: 2 });
    expect(counts).toMatchObject({ emailIdentities: 1, configurationSets: 1 });
    // Every workload but the worker is a function.
    expect(counts.functions).toBe(Object.keys(environments).length - 1);
  });

  test('has the code of every function, and a role for it', () => {
    const roles = new Set(plan.roles.map(({ arn }) => arn));
    for (const { logicalId, codeDirectory, roleArn } of plan.functions) {
      expect(existsSync(join(codeDirectory, 'index.mjs')), logicalId).toBe(true);
      expect(roles.has(roleArn), logicalId).toBe(true);
    }
  });

  test('routes only to functions it has', () => {
    const functions = new Set(plan.functions.map(({ arn }) => arn));
    const routed = plan.httpApis.flatMap(({ routes }) => routes.map(({ functionArn }) => functionArn));
    const triggered = plan.rules.flatMap(({ targets }) => targets.map(({ functionArn }) => functionArn));
    expect([...routed, ...triggered].filter((arn) => !functions.has(arn))).toEqual([]);
    expect(routed.length).toBeGreaterThan(0);
    expect(triggered.length).toBeGreaterThan(0);
  });

  test('lets its worker read and write records until that grant is removed', () => {
    const ask = (from: LocalPlan) =>
      createAuthorizer(from.roles).authorize(
        { roleArn: from.taskDefinitions[0]?.taskRoleArn ?? '' },
        { action: 'dynamodb:UpdateItem', resource: from.tables[0]?.arn ?? '' },
      );
    expect(ask(plan)).toBe(true);
    const removed = structuredClone(template);
    for (const resource of Object.values<Json>(removed.Resources)) {
      if (resource.Type !== 'AWS::IAM::Policy') continue;
      const { PolicyDocument: document } = resource.Properties;
      document.Statement = document.Statement.filter((s: Json) => ![s.Action].flat().includes('dynamodb:UpdateItem'));
      if (document.Statement.length === 0) document.Statement = [{ Effect: 'Deny', Action: '*', Resource: '*' }];
    }
    expect(ask(planFromTemplate(removed, directory))).toBe(false);
  });

  test('keeps its files with a key, which its worker may use and its sweeper may not', () => {
    const [files] = plan.buckets.filter(({ kmsKeyArn }) => kmsKeyArn !== undefined);
    expect(files?.denials).toHaveLength(2);
    const may = (roleArn: string | undefined, context: Record<string, string>) =>
      ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) =>
        createAuthorizer(plan.roles).authorize(
          { roleArn: roleArn ?? '' },
          { action, resource: files?.kmsKeyArn ?? '', context },
        ),
      );
    const throughS3 = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
    const worker = plan.taskDefinitions[0]?.taskRoleArn;
    expect(may(worker, throughS3)).toEqual([true, true]);
    expect(may(worker, {})).toEqual([false, false]);
    const roleOf = (id: string) => plan.functions.find(({ logicalId }) => logicalId.includes(id))?.roleArn;
    expect(may(roleOf('DownloadExport'), throughS3)).toEqual([false, true]);
    expect(may(roleOf('SweepExports'), throughS3)).toEqual([false, false]);
  });

  test('stops with the name of a resource that is not known', () => {
    const changed = structuredClone(template);
    changed.Resources.Mail = { Type: 'AWS::SQS::Queue' };
    expect(() => planFromTemplate(changed, directory)).toThrow('Mail: resource type AWS::SQS::Queue is not known');
  });
});
