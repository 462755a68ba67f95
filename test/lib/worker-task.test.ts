// @module-tag image-size

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createStack, type Json, onlyResource, statementsOfRole, synthesize } from './synthesize.ts';

const dockerfile = readFileSync('worker/Dockerfile', 'utf8');

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

  it('holds little memory for values that have just been made', () => {
    expect(container.Environment).toContainEqual({ Name: 'NODE_OPTIONS', Value: '--max-semi-space-size=1' });
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

  it('takes the size of Fargate that has one full vCPU, and its 20 GiB of disk, on which it writes nothing', () => {
    expect([task.Cpu, task.Memory, task.EphemeralStorage]).toEqual(['1024', '2048', undefined]);
    expect([task.Volumes, container.MountPoints, container.LinuxParameters]).toEqual([undefined, undefined, undefined]);
  });
});

/** What stands in the way of building the image anywhere, or of a worker that holds no more than it needs. */
function mistakesIn(text: string): string[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
  return [
    ...(lines.some((line) => line.startsWith('RUN ')) ? ['runs a program while it is built'] : []),
    ...(last[0] === 'FROM scratch' ? [] : ['holds more than what is copied into it']),
    ...(last.includes('USER node') ? [] : ['runs as root']),
    ...(last.at(-1)?.startsWith('ENTRYPOINT ["') ? [] : ['starts by way of a shell']),
    ...(last.some((line) => /^(COPY|ADD) \. /.test(line)) ? ['copies whatever lies there'] : []),
    ...(lines[0]?.startsWith('ARG NODE_IMAGE=') ? [] : ['cannot be told its Node.js']),
  ];
}

describe('the image of the worker', () => {
  it('is Node, its libraries and the bundle, and is built without running anything', () => {
    expect(mistakesIn(dockerfile)).toEqual([]);
    expect(dockerfile).toContain('ENV NODE_EXTRA_CA_CERTS=/app/rds-authorities.pem');
  });

  it('would show a Dockerfile that does otherwise', () => {
    expect(mistakesIn('FROM node:24\nCOPY . .\nRUN npm ci\nCMD npm start')).toHaveLength(6);
  });

  it('is built from the Node that the stage pins', () => {
    const nodeImage = `public.ecr.aws/docker/library/node:24-alpine@sha256:${'a'.repeat(64)}`;
    const { directory } = createStack({ config: { worker: { nodeImage, connections: 1 } } }).app.synth();
    const [manifest = ''] = globSync('*.assets.json', { cwd: directory });
    const { dockerImages } = JSON.parse(readFileSync(join(directory, manifest), 'utf8'));
    const [{ source }] = Object.values<Json>(dockerImages) as [Json];
    expect(source.dockerBuildArgs).toEqual({ NODE_IMAGE: nodeImage });
  });
});
