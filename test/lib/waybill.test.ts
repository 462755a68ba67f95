// @module-tag embedding
// @module-tag names-apart
// @module-tag stages-synthesize
// @module-tag stack-outputs

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, type AppProps, CfnOutput, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { addChecks } from '../../lib/checks.ts';
import { parseStageConfig, type StageConfig } from '../../lib/config/config.ts';
import { Waybill } from '../../lib/waybill.ts';
import type { WaybillProps } from '../../lib/waybill-props.ts';
import { HostStack, Orders } from './fixtures/host-app.ts';
import { cdkContext, flatten, functionOf, type Json, onlyResource, resourcesOf, synthesize } from './synthesize.ts';

const directory = mkdtempSync(path.join(tmpdir(), 'waybill-host-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** An app whose cdk.json knows nothing of stages. */
function createHost(props: AppProps = {}): { app: App; host: HostStack } {
  const { stages: _, ...context } = cdkContext;
  const outdir = mkdtempSync(path.join(directory, 'cdk.out-'));
  const app = new App({ outdir, context, stackTraces: false, builtinCloudFormationValidation: false, ...props });
  return { app, host: new HostStack(app, 'Shop') };
}

const { host } = createHost();
const exportsOfHost = host.addExports('Exports');
const template = Template.fromStack(host);

/** Named within their API, not within the account. */
const partsOfApi = ['AWS::ApiGatewayV2::Authorizer', 'AWS::ApiGatewayV2::Stage'];

/** Names that are chosen, not made up by CloudFormation, and that more than one resource of a type has. */
function sharedNames(from: Template): string[] {
  const names = Object.values<Json>(from.toJSON().Resources)
    .filter(({ Type }) => !partsOfApi.includes(Type))
    .flatMap(({ Type, Properties = {} }) => namesIn(Properties).map((name) => `${Type} ${name}`));
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** `Name`, `Family`, `StateMachineName` ... of a resource, also those in its `...Config`. */
function namesIn(properties: Json): string[] {
  return Object.entries<Json>(properties).flatMap(([key, value]) => {
    if (key.endsWith('Config')) return namesIn(value);
    const name = /(?<!Metric)(Name|Family)$/.test(key) ? flatten(value) : '';
    // A reference to a resource is no name of this one.
    return name === '' || /^<\w+(\.\w+)?>$/.test(name) ? [] : [name];
  });
}

describe('Waybill in an app of somebody else’s', () => {
  it('needs no more than a database, an identity provider and a sender', () => {
    const { POOL_CAP, ACCOUNT_CAP } = functionOf(template, 'enqueue-export').Properties.Environment.Variables;
    expect([POOL_CAP, ACCOUNT_CAP]).toEqual(['20', '5']);
    expect(onlyResource(template, 'AWS::DynamoDB::Table')).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::Logs::LogGroup'))) {
      expect(Properties.RetentionInDays).toBe(180);
    }
  });

  it('gives each log line the name of its deployment, or the stage that it is told', () => {
    const stageOf = (from: Template) => functionOf(from, 'get-export').Properties.Environment.Variables.STAGE;
    expect(stageOf(template)).toMatch(/^Shop-Exports-\w{8}$/);
    const { host: other } = createHost();
    other.addExports('Exports', { stage: 'prod' });
    expect(stageOf(Template.fromStack(other))).toBe('prod');
  });

  it('has names that are short enough, however long that of the stack is', () => {
    const { app } = createHost();
    const long = new HostStack(app, 'Shop'.repeat(30));
    long.addExports('Exports');
    const machine = onlyResource(Template.fromStack(long), 'AWS::StepFunctions::StateMachine');
    expect(machine.Properties.StateMachineName).toMatch(/^[\w-]{20,72}-exports$/);
  });

  it('puts no parameter into the stack, and no network or database of its own', () => {
    const { Parameters = {} } = template.toJSON();
    expect(Object.keys(Parameters)).toEqual(['BootstrapVersion']);
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::RDS::DBCluster', 1);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
  });

  it('is let into the database on its port, and nothing else is', () => {
    const group = host.resolve(host.orders.cluster.connections.securityGroups[0]?.securityGroupId);
    const [workloads] = functionOf(template, 'measure-export').Properties.VpcConfig.SecurityGroupIds;
    const inline = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroup')).flatMap(
      ({ Properties }) => Properties.SecurityGroupIngress ?? [],
    );
    const rules = Object.values(resourcesOf(template, 'AWS::EC2::SecurityGroupIngress'));
    const port = { 'Fn::GetAtt': [host.getLogicalId(host.orders.cluster.node.defaultChild as never), 'Endpoint.Port'] };
    expect([inline, rules.map(({ Properties }) => Properties)]).toEqual([
      [],
      [
        expect.objectContaining({
          GroupId: group,
          SourceSecurityGroupId: workloads,
          IpProtocol: 'tcp',
          FromPort: port,
          ToPort: port,
        }),
      ],
    ]);
  });

  it('reads the database with the host’s secret, from the host’s private subnets', () => {
    const { VpcConfig, Environment } = functionOf(template, 'run-small-export').Properties;
    expect(Environment.Variables.DATABASE_SECRET_ARN).toEqual(host.resolve(host.orders.database.secret.secretArn));
    const { privateSubnets } = host.orders.database.vpc;
    expect(VpcConfig.SubnetIds).toEqual(privateSubnets.map(({ subnetId }) => host.resolve(subnetId)));
  });

  it('tells the app where it is', () => {
    const outputs = Object.values<Json>(template.toJSON().Outputs);
    const { apiUrl, reportCenterUrl, tableName, bucketName, stateMachineArn, flagsParameterName } = exportsOfHost;
    for (const value of [apiUrl, reportCenterUrl, tableName, bucketName, stateMachineArn, flagsParameterName]) {
      expect(outputs.map(({ Value }) => Value)).toContainEqual(host.resolve(value));
    }
  });

  it('stands in a stack of its own as well: what it adds to the database is not in the database’s stack', () => {
    const { app } = createHost();
    const { database, cluster } = new Orders(new Stack(app, 'Data'), 'Orders');
    const own = new HostStack(app, 'Own');
    own.addExports('Exports', { database });
    const data = Template.fromStack(Stack.of(cluster));
    data.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    Template.fromStack(own).resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  it('does not depend on the feature flags of the app', () => {
    const { host: old } = createHost({ context: {} });
    old.addExports('Exports');
    expect(() => Template.fromStack(old)).not.toThrow();
  });
});

describe('two of them', () => {
  // Together they are more than the 500 resources of a stack, hence stacks of their own on AWS; names must differ anyway.
  const context = { ...cdkContext, '@aws-cdk/core:stackResourceLimit': 0 };
  const { app, host: both } = createHost({ context });
  both.addExports('Exports');
  both.addExports('Invoices', { mail: { from: 'Orders <no-reply@example.com>', identity: 'existing' } });
  addChecks(app);

  it('stand in one stack without a finding', () => {
    expect(() => app.synth()).not.toThrow();
    expect(Annotations.fromStack(both).findWarning('*', '.*')).toEqual([]);
  });

  it('share no name', () => {
    const template = Template.fromStack(both);
    const machines = Object.values(resourcesOf(template, 'AWS::StepFunctions::StateMachine'));
    expect(machines.map(({ Properties }) => Properties.StateMachineName)).toEqual([
      expect.stringMatching(/^Shop-Exports-\w{8}-exports$/),
      expect.stringMatching(/^Shop-Invoices-\w{8}-exports$/),
    ]);
    expect(sharedNames(template)).toEqual([]);
  });

  it('would be found to share one', () => {
    const stack = new Stack(createHost().app, 'Twins');
    for (const id of ['One', 'Two']) new LogGroup(stack, id, { logGroupName: '/exports' });
    expect(sharedNames(Template.fromStack(stack))).toEqual(['AWS::Logs::LogGroup /exports']);
  });
});

describe('a nested stack', () => {
  it('holds one where the host has no room for its resources', () => {
    const { app, host: full } = createHost();
    const nested = new NestedStack(full, 'Nested');
    const { apiUrl } = new Waybill(nested, 'Exports', full.minimalProps);
    new CfnOutput(full, 'Api', { value: apiUrl });
    addChecks(app);
    expect(() => app.synth()).not.toThrow();
    expect(functionOf(Template.fromStack(nested), 'get-export').Properties.Environment.Variables.STAGE).toMatch(
      /^Shop-Nested-Exports-\w{8}$/,
    );
  });

  it('is not needed beside up to 100 resources', () => {
    expect(Object.keys(template.toJSON().Resources).length).toBeLessThanOrEqual(400);
  });
});

describe('the checks of the host', () => {
  it('would find what is wrong within Waybill', () => {
    const { app, host: bad } = createHost();
    new Bucket(bad.addExports('Exports'), 'Bad');
    addChecks(app);
    expect(() => app.synth()).toThrow('AwsSolutions-S10');
  });
});

describe('props', () => {
  const { database } = host.orders;

  it.each<[object, string]>([
    [{ poolCap: 0 }, '.poolCap is 0: it must be a whole number from 1 to 200'],
    [{ accountCap: 1.5 }, '.accountCap is 1.5: it must be a whole number'],
    [{ userCap: '10' }, '.userCap is "10": it must be a whole number'],
    [{ stepRetryIntervalSeconds: 301 }, '.stepRetryIntervalSeconds is 301: it must be a whole number from 1 to 300'],
    [{ retainData: 1 }, '.retainData is 1: it must be true or false'],
    [{ logRetentionDays: 31 }, '.logRetentionDays is 31: it must be one of 1, 3'],
    [{ stage: 'my stage' }, '.stage is "my stage": it must be a name of at most 64 letters'],
    [{ webUrl: 'reports' }, '.webUrl is "reports": it must be the URL'],
    [{ certificateArn: 'arn:x' }, '.certificateArn is "arn:x": it must be the ARN of a certificate'],
    [{ webhooks: {} }, '.webhooks.allowPrivate is missing: it must be true or false'],
    [{ mail: { from: 'Orders' } }, '.mail.from is "Orders": it must be the address'],
    [{ identity: { kind: 'oidc' } }, '.identity.issuer is missing: it must be the URL'],
    [{ database: undefined }, '.database is missing: it must be { "kind": "sample" }'],
    [{ database: { ...database, vpc: 'vpc-1' } }, '.database.vpc is "vpc-1": it must be the VPC'],
    [{ database: { ...database, secret: undefined } }, '.database.secret is missing: it must be a secret'],
    [
      { database: { ...database, connections: database.vpc } },
      '.database.connections is "<Shop/Orders/Vpc>": it must be the database\'s connections',
    ],
    [{ poolcap: 3 }, ' has the unknown key "poolcap": remove it'],
    [{ bundleDirectory: '/nowhere' }, 'There are no workloads in /nowhere: call `await buildWaybill()`'],
  ])('are refused with what is wrong, %#', (props, message) => {
    const { host: wrong } = createHost();
    const add = () => wrong.addExports('Exports', props as Partial<WaybillProps>);
    expect(add).toThrow(message.startsWith('There') ? message : `\n  Shop/Exports${message}`);
  });

  it('may be values that are known only when the stack is deployed', () => {
    const { host: late } = createHost();
    const pool = new UserPool(late, 'Pool');
    const clientId = pool.addClient('Client').userPoolClientId;
    const issuer = pool.userPoolProviderUrl;
    const endpointOrigins = [pool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'shop' } }).baseUrl()];
    late.addExports('Exports', { identity: { kind: 'oidc', issuer, audience: clientId, clientId, endpointOrigins } });
    const authorizer = onlyResource(Template.fromStack(late), 'AWS::ApiGatewayV2::Authorizer');
    expect(authorizer.Properties.JwtConfiguration).toEqual(late.resolve({ Audience: [clientId], Issuer: issuer }));
  });

  it('are all that a stage of cdk.json can say', () => {
    const stage = parseStageConfig('dev', cdkContext.stages.dev);
    // Does not compile while a key of a stage is not documented as a prop.
    const documented: readonly (keyof WaybillProps)[] = Object.keys(stage) as (keyof StageConfig)[];
    expect(documented).toContain('poolCap');
  });
});

describe('a stage', () => {
  it('tells an operator after its deployment', () => {
    const outputs = Object.entries<Json>(synthesize({ stage: 'dev' }).toJSON().Outputs);
    const names = outputs.map(([name]) => name).filter((name) => !name.startsWith('MailDnsRecord'));
    expect(names.sort()).toEqual([
      'ApiUrl',
      'BucketName',
      'DashboardUrl',
      'FlagsParameterName',
      'ReportCenterUrl',
      'SeedSampleDatabase',
      'StateMachineArn',
      'TableName',
      'UserPoolId',
    ]);
    for (const [name, { Description }] of outputs) expect(`${name}: ${Description}`).toMatch(/^\w+: .{10}/);
  });
});
