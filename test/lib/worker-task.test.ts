import { describe, expect, it } from 'vitest';
import { onlyResource, statementsOfRole, synthesize } from './synthesize.ts';

const template = synthesize();
const task = onlyResource(template, 'AWS::ECS::TaskDefinition').Properties;
const [container] = task.ContainerDefinitions;

describe('WorkerTask', () => {
  it('runs on ARM, under a name that does not change with its revisions', () => {
    expect(task.RuntimePlatform).toEqual({ CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' });
    expect(task.Family).toBe('Waybill-local-worker');
    expect(task.RequiresCompatibilities).toEqual(['FARGATE']);
  });

  it('cannot change its own files, and is not root', () => {
    expect(container.ReadonlyRootFilesystem).toBe(true);
    expect(container.User).toBe('node');
    expect(container.Privileged).toBeUndefined();
  });

  it('has time to give its attempt back when it is stopped', () => {
    expect(container.StopTimeout).toBe(30);
  });

  it('lets the platform pull the image and write logs, and nothing else', () => {
    const actions = statementsOfRole(template, task.ExecutionRoleArn['Fn::GetAtt'][0]).flatMap(
      (statement) => statement.actions,
    );
    expect(actions.filter((action) => !/^(ecr|logs):/.test(action))).toEqual([]);
  });

  it('can run on Spot and on demand', () => {
    const providers = onlyResource(template, 'AWS::ECS::ClusterCapacityProviderAssociations').Properties;
    expect(providers.CapacityProviders.sort()).toEqual(['FARGATE', 'FARGATE_SPOT']);
  });
});
