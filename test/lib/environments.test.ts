// @module-tag environments

import { describe, expect, it } from 'vitest';
import type { EnvironmentOf, Workload } from '../../core/contract/env.ts';
import { environments } from '../../core/contract/env.ts';
import { cognitoIdentity, flatten, functionOf, type Json, onlyResource, synthesize } from './synthesize.ts';

// With a user pool, which calls a function of its own, every workload is there.
const template = synthesize({ config: { identity: cognitoIdentity } });

/** What is wrong with an environment, going by the workload's own schema. */
function mistakesIn(workload: Workload, variables: Record<string, string>): string[] {
  const schema = environments[workload];
  const unknown = Object.keys(variables).filter((key) => !Object.hasOwn(schema.shape, key));
  const result = schema.safeParse(variables);
  const invalid = result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  return [...unknown.map((key) => `${key}: unknown`), ...invalid];
}

function environmentOf(workload: Workload): Record<string, string> {
  const variables = functionOf(template, workload).Properties.Environment.Variables;
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, flatten(value)]));
}

function workerEnvironment(): Record<string, string> {
  const [container] = onlyResource(template, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
  const entries = container.Environment.map(({ Name, Value }: Json) => [Name, flatten(Value)]);
  // The state machine adds these two to each run.
  return { ...Object.fromEntries(entries), EXPORT_ID: 'exp_1', ACCOUNT_ID: 'acme', EXECUTION_ARN: 'arn' };
}

const workloads = Object.keys(environments) as Workload[];

describe('environments', () => {
  it.each(workloads.filter((workload) => workload !== 'worker'))('fills exactly what %s asks for', (workload) => {
    expect(mistakesIn(workload, environmentOf(workload))).toEqual([]);
  });

  it('fills exactly what the worker asks for', () => {
    expect(mistakesIn('worker', workerEnvironment())).toEqual([]);
  });

  it('would notice a missing, an unknown and an invalid variable', () => {
    const { STAGE: _, ...withoutStage } = environmentOf('create-export');
    expect(mistakesIn('create-export', { ...withoutStage, USER_CAP: '0', TABEL_NAME: 'x' })).toEqual([
      'TABEL_NAME: unknown',
      expect.stringMatching(/^STAGE: /),
      'USER_CAP: must be a whole number above 0',
    ]);
  });

  it('does not compile with a missing or an unknown variable', () => {
    // @ts-expect-error FLAGS_PARAMETER is missing
    const missing: EnvironmentOf<'get-me'> = { STAGE: 's', TABLE_NAME: 't' };
    // @ts-expect-error BUCKET_NAME is unknown
    const unknown: EnvironmentOf<'get-report'> = { STAGE: 's', TABLE_NAME: 't', BUCKET_NAME: 'b' };
    expect([missing, unknown]).toHaveLength(2);
  });
});
