// @module-tag sample-seeding
// @module-tag connection-limit
// @module-tag reader-endpoint

import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import {
  existingDatabase as existing,
  flatten,
  functionOf,
  type Json,
  onlyResource,
  resourcesOf,
  synthesize,
} from './synthesize.ts';

const template = synthesize();
const besideExisting = synthesize({ config: { database: existing } });
const readers = ['create-export', 'estimate-export', 'list-choices', 'measure-export', 'run-small-export'] as const;
const inVpc = [...readers, 'seed-sample-database'] as const;

describe('the sample network', () => {
  it('has no way to the internet', () => {
    for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::Route']) {
      template.resourceCountIs(type, 0);
    }
  });

  it('reaches each AWS service its workloads call', () => {
    const endpoints = Object.values(resourcesOf(template, 'AWS::EC2::VPCEndpoint'));
    const services = endpoints.map(({ Properties }) => flatten(Properties.ServiceName).split('.').slice(3).join('.'));
    const expected = ['dynamodb', 'ecr.api', 'ecr.dkr', 'logs', 's3', 'secretsmanager', 'ssm', 'states'];
    const short = services.map((service) => expected.find((name) => service.endsWith(name)) ?? service);
    expect(short.sort()).toEqual(expected);
  });

  it('lets only the workloads’ security group in, anywhere', () => {
    const groups = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroup'));
    expect(groups.flatMap(({ Properties }) => Properties.SecurityGroupIngress ?? [])).toEqual([]);
    const [measure] = inVpc;
    const [workloads] = functionOf(template, measure).Properties.VpcConfig.SecurityGroupIds.map(flatten);
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'))) {
      expect(flatten(Properties.SourceSecurityGroupId)).toBe(workloads);
    }
  });
});

describe('functions', () => {
  it('know Amazon’s certificate authorities where they meet a certificate of RDS', () => {
    for (const stack of [template, besideExisting]) {
      const functions = Object.values(resourcesOf(stack, 'AWS::Lambda::Function')).map(({ Properties }) => Properties);
      const knowing = functions.filter((each) => each.Environment?.Variables.NODE_EXTRA_CA_CERTS);
      expect(knowing).toEqual(functions.filter((each) => each.VpcConfig));
      expect(knowing[0].Environment.Variables.NODE_EXTRA_CA_CERTS).toBe('/var/runtime/ca-cert.pem');
    }
  });

  it('are in the network only when they read the database', () => {
    const functions = Object.values(resourcesOf(template, 'AWS::Lambda::Function'));
    const inside = functions.filter(({ Properties }) => Properties.VpcConfig);
    expect(inside.map(({ Properties }) => Properties.Description).sort()).toEqual(
      inVpc.map((name) => `Waybill ${name}`),
    );
  });
});

/** The roles whose policies name a secret, in whatever way. */
function rolesThatRead(secretId: string, policies: readonly Json[]): string[] {
  const mentions = ({ Properties }: Json) => JSON.stringify(Properties.PolicyDocument).includes(secretId);
  return policies.filter(mentions).flatMap(({ Properties }) => Properties.Roles.map((role: Json) => role.Ref));
}

/**
 * The most connections that the stack can hold at the same time: as many as a worker may have for each export that runs, in
 * whichever of its steps, and one for each instance of the API's functions that ask the database; endless if one of those has no limit.
 */
function connectionsOf(stack: Template): number {
  const poolCap = Number(functionOf(stack, 'enqueue-export').Properties.Environment.Variables.POOL_CAP);
  const [task] = Object.values<Json>(stack.findResources('AWS::ECS::TaskDefinition'));
  const { Environment } = task.Properties.ContainerDefinitions[0];
  const ofEach = Number(Environment.find(({ Name }: Json) => Name === 'DATABASE_CONNECTIONS').Value);
  const asking = readers.filter((workload) => !['measure-export', 'run-small-export'].includes(workload));
  const reserved = asking.map((name) => functionOf(stack, name).Properties.ReservedConcurrentExecutions ?? Infinity);
  return [poolCap * ofEach, ...reserved].reduce((sum, each) => sum + each);
}

describe('connections', () => {
  const [, limit] = /connection limit (\d+)/.exec(readFileSync('sample/access.sql', 'utf8')) ?? [];

  it('are at most as many in production as the reader may have, with two to spare for ending what was given up', () => {
    expect(connectionsOf(synthesize({ stage: 'prod' }))).toBeLessThanOrEqual(Number(limit) - 2);
  });

  it('would show that a function has no limit; a stage whose account cannot reserve anything has none', () => {
    expect(connectionsOf(template)).toBe(Infinity);
  });
});

describe('the sample database', () => {
  it('is filled by one function, which alone may learn how its owner signs in', () => {
    const { Role, Environment, Timeout } = functionOf(template, 'seed-sample-database').Properties;
    const admin = Environment.Variables.ADMIN_SECRET_ARN.Ref;
    const policies = Object.values(resourcesOf(template, 'AWS::IAM::Policy'));
    expect(rolesThatRead(admin, policies)).toEqual([Role['Fn::GetAtt'][0]]);
    expect(Timeout).toBe(900);
    const { MasterUserPassword } = onlyResource(template, 'AWS::RDS::DBCluster').Properties;
    const secret = resourcesOf(template, 'AWS::SecretsManager::SecretTargetAttachment')[admin].Properties.SecretId.Ref;
    expect(flatten(MasterUserPassword)).toContain(secret);
  });

  it('would show a second role that may', () => {
    const more = {
      Properties: { Roles: [{ Ref: 'Other' }], PolicyDocument: { Statement: [{ Resource: { Ref: 'A1' } }] } },
    };
    expect(rolesThatRead('A1', [more])).toEqual(['Other']);
  });

  it('has its command among the outputs; no other database has one', () => {
    const [output] = Object.values(template.findOutputs('SeedSampleDatabase'));
    expect(flatten(output?.Value)).toMatch(
      /^aws lambda invoke --function-name <DatabaseSeeding\w+> .*--cli-read-timeout 0/,
    );
    expect(besideExisting.findOutputs('SeedSampleDatabase')).toEqual({});
  });

  it('is read as a user of its own, whose password nobody chose', () => {
    const secrets: Json[] = Object.values(resourcesOf(template, 'AWS::SecretsManager::Secret'));
    const reader = secrets.find(({ Properties }) =>
      Properties.GenerateSecretString.SecretStringTemplate?.includes('waybill_reader'),
    );
    expect(reader.Properties.GenerateSecretString.GenerateStringKey).toBe('password');
    const attachments = resourcesOf(template, 'AWS::SecretsManager::SecretTargetAttachment');
    const used = functionOf(template, 'measure-export').Properties.Environment.Variables.DATABASE_SECRET_ARN.Ref;
    const readerId = Object.entries(resourcesOf(template, 'AWS::SecretsManager::Secret')).find(
      ([, secret]) => secret === reader,
    )?.[0];
    expect(attachments[used].Properties.SecretId).toEqual({ Ref: readerId });
  });

  it('is encrypted and not reachable from outside', () => {
    expect(onlyResource(template, 'AWS::RDS::DBCluster').Properties.StorageEncrypted).toBe(true);
    expect(onlyResource(template, 'AWS::RDS::DBInstance').Properties.PubliclyAccessible ?? false).toBe(false);
  });
});

describe('an existing database', () => {
  it('is used where it is: no network and no database are created', () => {
    for (const type of ['AWS::EC2::VPC', 'AWS::EC2::VPCEndpoint', 'AWS::RDS::DBCluster']) {
      besideExisting.resourceCountIs(type, 0);
    }
    // The keys of links; none for a database.
    besideExisting.resourceCountIs('AWS::SecretsManager::Secret', 1);
    for (const workload of readers) {
      const { VpcConfig, Environment } = functionOf(besideExisting, workload).Properties;
      expect(VpcConfig.SubnetIds).toEqual(existing.subnetIds);
      expect(Environment.Variables.DATABASE_SECRET_ARN).toBe(existing.secretArn);
    }
  });

  it('is reached on its port alone', () => {
    const ingress = Object.values(resourcesOf(besideExisting, 'AWS::EC2::SecurityGroupIngress'));
    expect(ingress.map(({ Properties }) => [Properties.GroupId, Properties.FromPort, Properties.ToPort])).toEqual([
      ['sg-0a1b2c3d', 5433, 5433],
    ]);
  });

  it('is read at its reader endpoint where there is one', () => {
    const replica = synthesize({ config: { database: { ...existing, readerEndpoint: 'replica.example.internal' } } });
    for (const workload of readers) {
      const { Variables } = functionOf(replica, workload).Properties.Environment;
      expect(Variables).toMatchObject({
        DATABASE_SECRET_ARN: existing.secretArn,
        DATABASE_HOST: 'replica.example.internal',
      });
      expect(functionOf(besideExisting, workload).Properties.Environment.Variables.DATABASE_HOST).toBeUndefined();
    }
    const [worker] = onlyResource(replica, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
    expect(worker.Environment).toContainEqual({ Name: 'DATABASE_HOST', Value: 'replica.example.internal' });
  });
});
