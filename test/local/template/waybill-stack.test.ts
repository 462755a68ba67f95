// @module-tag unknown-to-the-local-cloud
// @module-tag key-of-files

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

  /** The same stack whose roles lack every statement with an action. */
  function planWithout(action: string): LocalPlan {
    const removed = structuredClone(template);
    for (const resource of Object.values<Json>(removed.Resources)) {
      if (resource.Type !== 'AWS::IAM::Policy') continue;
      const { PolicyDocument: document } = resource.Properties;
      document.Statement = document.Statement.filter((s: Json) => ![s.Action].flat().includes(action));
      if (document.Statement.length === 0) document.Statement = [{ Effect: 'Deny', Action: '*', Resource: '*' }];
    }
    return planFromTemplate(removed, directory);
  }

  test('is planned as a whole', () => {
    const counts = Object.fromEntries(Object.entries(plan).map(([key, part]) => [key, part.length]));
    expect(counts).toMatchObject({ tables: 1, buckets: 2, stateMachines: 1, taskDefinitions: 1, httpApis: 1 });
    expect(counts).toMatchObject({ distributions: 1, bucketDeployments: 2 });
    expect(counts).toMatchObject({ emailIdentities: 1, configurationSets: 1 });
    // Every workload but the worker, and what Cognito calls, is a function.
    expect(counts.functions).toBe(Object.keys(environments).length - 2);
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
    expect(ask(planWithout('dynamodb:UpdateItem'))).toBe(false);
  });

  test('lets S3 use the key of its files for those who write and read them, until that grant is removed', () => {
    const files = (from: LocalPlan) => from.buckets.find(({ kmsKeyArn }) => kmsKeyArn !== undefined);
    const throughS3 = { 'kms:ViaService': 's3.us-east-1.amazonaws.com' };
    const ask = (from: LocalPlan, roleArn = '', context: Record<string, string> = throughS3) =>
      ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) =>
        createAuthorizer(from.roles).authorize(
          { roleArn },
          { action, resource: files(from)?.kmsKeyArn ?? '', context },
        ),
      );
    const worker = plan.taskDefinitions[0]?.taskRoleArn;
    const roleOf = (id: string) => plan.functions.find(({ logicalId }) => logicalId.includes(id))?.roleArn;
    expect(ask(plan, worker)).toEqual([true, true]);
    expect(ask(plan, worker, {})).toEqual([false, false]);
    expect(ask(plan, roleOf('DownloadExport'))).toEqual([false, true]);
    expect(ask(plan, roleOf('SweepExports'))).toEqual([false, false]);
    expect(ask(planWithout('kms:Decrypt'), roleOf('DownloadExport'))).toEqual([false, false]);
    expect(files(plan)?.denials).toHaveLength(2);
  });

  test('stops with the name of a resource that is not known', () => {
    const changed = structuredClone(template);
    changed.Resources.Mail = { Type: 'AWS::SQS::Queue' };
    expect(() => planFromTemplate(changed, directory)).toThrow('Mail: resource type AWS::SQS::Queue is not known');
  });
});
