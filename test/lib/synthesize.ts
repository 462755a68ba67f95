import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { inject } from 'vitest';
import { environments, type Workload } from '../../core/contract/env.ts';
import { bundleOf } from '../../lib/bundles.ts';
import { parseStageConfig, type StageConfig } from '../../lib/config/config.ts';
import { WaybillStack } from '../../lib/waybill-stack.ts';
import { ASSETS_FOLDER, webAppOf } from '../../lib/web-site/web-app.ts';

/** A resolved resource, or any part of one. */
// biome-ignore lint/suspicious/noExplicitAny: templates are untyped JSON
export type Json = any;

/** What cdk.json hands to the app. */
export const { context: cdkContext } = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../../cdk.json'), 'utf8'),
);
/** Kept until all tests have run: files that share this module share what is in there. */
const directory = mkdtempSync(path.join(inject('temporaryDirectory'), 'stack-'));

/** Bundles that are empty. */
export const bundleDirectory = path.join(directory, 'bundles');
for (const workload of Object.keys(environments) as Workload[]) {
  const bundle = bundleOf(workload, bundleDirectory);
  mkdirSync(bundle, { recursive: true });
  writeFileSync(path.join(bundle, 'index.mjs'), `// ${workload}`);
  if (workload === 'worker') writeFileSync(path.join(bundle, 'Dockerfile'), 'FROM scratch');
}
const webApp = webAppOf(bundleDirectory);
mkdirSync(path.join(webApp, ASSETS_FOLDER), { recursive: true });
writeFileSync(path.join(webApp, 'index.html'), '<!doctype html>');
writeFileSync(path.join(webApp, ASSETS_FOLDER, 'index-abc.js'), '// the app');

/** A database that is there already. */
export const existingDatabase: Extract<StageConfig['database'], { kind: 'existing' }> = {
  kind: 'existing',
  vpcId: 'vpc-0a1b2c3d',
  availabilityZones: ['eu-central-1a', 'eu-central-1b'],
  subnetIds: ['subnet-0a1b2c3d', 'subnet-0e1f2a3b'],
  secretArn: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:reader-AbCdEf',
  securityGroupId: 'sg-0a1b2c3d',
  port: 5433,
  connectionLimit: 40,
};

/** A user pool that the stack brings. */
export const cognitoIdentity: Extract<StageConfig['identity'], { kind: 'cognito' }> = {
  kind: 'cognito',
  mfa: 'optional',
  memberships: 'stored',
};

/** An identity provider that is there already. */
export const oidcIdentity: Extract<StageConfig['identity'], { kind: 'oidc' }> = {
  kind: 'oidc',
  issuer: 'https://id.example.com',
  audience: 'waybill',
  clientId: 'waybill-web',
  scope: 'openid',
  endpointOrigins: [],
  memberships: 'stored',
};

export interface StackOptions {
  /** @default local */
  readonly stage?: string;
  /** Values in place of those of cdk.json. */
  readonly config?: Partial<StageConfig>;
  /** Check the template against CloudFormation's own rules, which takes seconds. @default false */
  readonly validate?: boolean;
}

/** An app with the stack of a stage, over bundles that are empty. */
export function createStack({ stage = 'local', config = {}, validate = false }: StackOptions = {}): {
  app: App;
  stack: Stack;
} {
  const app = new App({
    outdir: mkdtempSync(path.join(directory, 'cdk.out-')),
    context: cdkContext,
    builtinCloudFormationValidation: validate,
    stackTraces: false,
  });
  const stack = new WaybillStack(app, `Waybill-${stage}`, {
    stage,
    config: { ...parseStageConfig(stage, cdkContext.stages[stage]), ...config },
    bundleDirectory,
  });
  return { app, stack };
}

/** The stack of stage local as the CDK writes it: its template, and the directory of the assembly with its assets. */
export function writeStack(): { template: Json; directory: string } {
  const { app, stack } = createStack();
  const assembly = app.synth();
  return { template: assembly.getStackByName(stack.stackName).template, directory: assembly.directory };
}

const synthesized = new Map<string, Template>();

/** The template of a stack, synthesized once for all tests that ask for the same: to be read, and copied before it is changed. */
export function synthesize(options: StackOptions = {}): Template {
  const key = JSON.stringify(options);
  const template = synthesized.get(key) ?? Template.fromStack(createStack(options).stack);
  synthesized.set(key, template);
  return template;
}

/** All resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): Record<string, Json> {
  return template.findResources(type);
}

/** The one resource of a type. */
export function onlyResource(template: Template, type: string): Json {
  const found = Object.values(resourcesOf(template, type));
  if (found.length !== 1) throw new Error(`There are ${found.length} resources of type ${type}.`);
  return found[0];
}

/** The function of a workload, found as an operator would find it: by its description. */
export function functionOf(template: Template, workload: Workload): Json {
  const functions = Object.values(resourcesOf(template, 'AWS::Lambda::Function'));
  const found = functions.find(({ Properties }) => Properties.Description === `Waybill ${workload}`);
  if (!found) throw new Error(`There is no function for ${workload}.`);
  return found;
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** References are written `<LogicalId.Attribute>`. */
  readonly resources: readonly string[];
  readonly condition?: Json;
}

/** What the role with this logical id may do, from all policies attached to it. */
export function statementsOfRole(template: Template, roleId: string): readonly Statement[] {
  const policies = Object.values(resourcesOf(template, 'AWS::IAM::Policy'));
  return policies
    .filter(({ Properties }) => Properties.Roles.some((role: Json) => role.Ref === roleId))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .map((statement) => ({
      effect: statement.Effect,
      actions: [statement.Action].flat(),
      resources: [statement.Resource].flat().map(flatten),
      condition: statement.Condition,
    }));
}

export function statementsOf(template: Template, workload: Workload): readonly Statement[] {
  const roleId =
    workload === 'worker'
      ? onlyResource(template, 'AWS::ECS::TaskDefinition').Properties.TaskRoleArn['Fn::GetAtt'][0]
      : functionOf(template, workload).Properties.Role['Fn::GetAtt'][0];
  return statementsOfRole(template, roleId);
}

/** A template value as one line of text. */
export function flatten(value: Json): string {
  if (typeof value !== 'object') return String(value);
  if (value.Ref) return `<${value.Ref}>`;
  if (value['Fn::GetAtt']) return `<${value['Fn::GetAtt'].join('.')}>`;
  if (value['Fn::Join']) return value['Fn::Join'][1].map(flatten).join(value['Fn::Join'][0]);
  if (value['Fn::Sub']) return value['Fn::Sub'];
  return JSON.stringify(value);
}
