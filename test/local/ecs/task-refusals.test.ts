// @module-tag local-access-denied

import { describe, expect, test } from 'vitest';
import { AccessDeniedError } from '../../../local/aws-endpoint/service.ts';
import { cluster, definition, runnerOf } from './task-runner-fixture.ts';

describe('refusals', () => {
  test.for(['ecs:RunTask', 'iam:PassRole'])('without %s', async (missing) => {
    const asked: unknown[] = [];
    const { run, runner } = await runnerOf(`console.log('ran')`, {
      authorize: (principal, permission) => {
        asked.push(permission);
        if (permission.action === missing) throw new AccessDeniedError(principal, permission);
      },
    });
    await expect(run()).rejects.toThrow(missing);
    expect(runner.logs('worker')).toEqual([]);
    expect(asked[0]).toEqual({
      action: 'ecs:RunTask',
      resource: definition.arn,
      context: { 'ecs:cluster': cluster },
    });
  });

  test('both roles have to be passed', async () => {
    const passed: string[] = [];
    const { run } = await runnerOf('', {
      authorize: (_, { action, resource }) => {
        if (action === 'iam:PassRole') passed.push(resource);
      },
    });
    await run();
    expect(passed).toEqual([definition.taskRoleArn, definition.executionRoleArn]);
  });

  test.for(['other', 'worker:2'])('of the unknown task definition %s', async (taskDefinition) => {
    const { run } = await runnerOf('');
    await expect(run({ taskDefinition })).rejects.toMatchObject({ name: 'ClientException' });
  });

  test.for(['worker', 'worker:3', definition.arn])('but not of %s', async (taskDefinition) => {
    const { run } = await runnerOf('');
    expect(await run({ taskDefinition })).toMatchObject({ exitCode: 0 });
  });

  test('of an override for another container', async () => {
    const { run } = await runnerOf('');
    const overrides = { containerOverrides: [{ name: 'sidecar' }] };
    await expect(run({ overrides })).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('of a definition with several containers, at construction', async () => {
    const containers = [...definition.containers, { name: 'sidecar', environment: {} }];
    await expect(runnerOf('', { taskDefinitions: [{ ...definition, containers }] })).rejects.toThrow(/worker has 2/);
  });

  test('of secrets that nothing resolves, at construction', async () => {
    const containers = [{ name: 'worker', environment: {}, secrets: { PASSWORD: 'arn:secret' } }];
    await expect(runnerOf('', { taskDefinitions: [{ ...definition, containers }] })).rejects.toThrow(/PASSWORD/);
  });
});
