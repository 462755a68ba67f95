import * as z from 'zod';
import { type Assets, readAssets } from './assets.ts';
import { type AlarmPlan, planAlarm } from './plan/alarms.ts';
import { type BucketDeploymentPlan, planBucketDeployment } from './plan/bucket-deployments.ts';
import { planBucketPolicy } from './plan/bucket-policies.ts';
import { type BucketPlan, planBucket } from './plan/buckets.ts';
import { type DashboardPlan, planDashboard } from './plan/dashboards.ts';
import { type DatabasePlan, planDatabase } from './plan/databases.ts';
import { type DistributionPlan, planDistributions } from './plan/distributions.ts';
import { type FunctionPlan, planFunction } from './plan/functions.ts';
import { type HttpApiPlan, planHttpApis } from './plan/http-apis.ts';
import {
  type ConfigurationSetPlan,
  type EmailIdentityPlan,
  planConfigurationSets,
  planEmailIdentity,
} from './plan/mail.ts';
import { type ParameterPlan, planParameter } from './plan/parameters.ts';
import { planRoles, type RolePlan } from './plan/roles.ts';
import { planRule, type RulePlan } from './plan/rules.ts';
import { planSecrets, type SecretPlan } from './plan/secrets.ts';
import { planStateMachine, type StateMachinePlan } from './plan/state-machines.ts';
import { planTable, type TablePlan } from './plan/tables.ts';
import { type ClusterPlan, planCluster, planTaskDefinition, type TaskDefinitionPlan } from './plan/tasks.ts';
import { text } from './properties.ts';
import { type ResolvedResource, type ResolveOptions, resolveTemplate } from './resolve.ts';
import { type PlanKey, resourceTypes } from './resource-types.ts';
import { collectProblems, problem, TemplateError } from './template-error.ts';

/** Everything the local cloud starts, as plain data. */
export interface LocalPlan {
  readonly tables: readonly TablePlan[];
  readonly buckets: readonly BucketPlan[];
  readonly bucketDeployments: readonly BucketDeploymentPlan[];
  readonly functions: readonly FunctionPlan[];
  readonly stateMachines: readonly StateMachinePlan[];
  readonly clusters: readonly ClusterPlan[];
  readonly taskDefinitions: readonly TaskDefinitionPlan[];
  readonly roles: readonly RolePlan[];
  readonly httpApis: readonly HttpApiPlan[];
  readonly distributions: readonly DistributionPlan[];
  readonly rules: readonly RulePlan[];
  readonly secrets: readonly SecretPlan[];
  readonly parameters: readonly ParameterPlan[];
  readonly databases: readonly DatabasePlan[];
  readonly emailIdentities: readonly EmailIdentityPlan[];
  readonly configurationSets: readonly ConfigurationSetPlan[];
  readonly alarms: readonly AlarmPlan[];
  readonly dashboards: readonly DashboardPlan[];
}

type ResourcesByKey = (key: PlanKey) => readonly ResolvedResource[];

/**
 * Reads a synthesized template into a plan of what to start.
 * @param template the parsed JSON of `<stack>.template.json`
 * @param assemblyDirectory where it was synthesized to, with its assets
 * @throws TemplateError naming all that is not known: types, intrinsics, attributes, properties, policy operators
 */
export function planFromTemplate(
  template: unknown,
  assemblyDirectory: string,
  options: Omit<ResolveOptions, 'isLeftOut'> = {},
): LocalPlan {
  refuseUnknownTypes(template);
  const resources = [...resolveTemplate(template, { ...options, isLeftOut: isIrrelevant }).values()];
  const { functions: deploymentFunctions, roles: deploymentRoles } = deploymentHelpers(resources);
  const started = resources.filter(({ logicalId }) => !deploymentFunctions.has(logicalId));
  const withoutHelpers = started.filter(
    (resource) => resource.type !== 'AWS::IAM::Role' || !deploymentRoles.has(resource.attribute('Arn')),
  );
  const byKey: ResourcesByKey = (key) =>
    withoutHelpers.filter(({ type }) => {
      const treatment = resourceTypes[type];
      return treatment !== undefined && 'plan' in treatment && treatment.plan === key;
    });
  return plan(byKey, readAssets(assemblyDirectory), deploymentRoles);
}

function plan(byKey: ResourcesByKey, assets: Assets, deploymentRoles: ReadonlySet<string>): LocalPlan {
  const problems: TemplateError[] = [];
  /** Goes on after a part that cannot be read, so that one start names the problems of all parts. */
  const attempt = <Part>(read: () => Part[]): Part[] => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      problems.push(error);
      return [];
    }
  };
  const each = <Part>(key: PlanKey, read: (resource: ResolvedResource) => Part) =>
    attempt(() => collectProblems(byKey(key), read));

  const bucketPolicies = each('bucketPolicies', (resource) => planBucketPolicy(resource, deploymentRoles));
  const denials = bucketPolicies.flatMap((policy) => policy.denials);
  const result: LocalPlan = {
    tables: each('tables', planTable),
    buckets: each('buckets', (resource) => planBucket(resource, denials)),
    bucketDeployments: each('bucketDeployments', (resource) => planBucketDeployment(resource, assets)),
    functions: each('functions', (resource) => planFunction(resource, assets)),
    stateMachines: each('stateMachines', planStateMachine),
    clusters: each('clusters', planCluster),
    taskDefinitions: each('taskDefinitions', (resource) => planTaskDefinition(resource, assets)),
    roles: attempt(() => planRoles(byKey('roles'), byKey('policies'))),
    httpApis: attempt(() =>
      planHttpApis({
        apis: byKey('apis'),
        stages: byKey('stages'),
        routes: byKey('routes'),
        integrations: byKey('integrations'),
        authorizers: byKey('authorizers'),
      }),
    ),
    distributions: attempt(() =>
      planDistributions({
        distributions: byKey('distributions'),
        functions: byKey('viewerFunctions'),
        responseHeaders: byKey('responseHeaders'),
        buckets: byKey('buckets'),
        apis: byKey('apis'),
        grants: bucketPolicies.flatMap((policy) => policy.grants),
      }),
    ),
    rules: each('rules', planRule),
    secrets: attempt(() => planSecrets(byKey('secrets'), byKey('secretAttachments'), byKey('secretRotations'))),
    parameters: each('parameters', planParameter),
    databases: each('databases', planDatabase).filter((database) => database !== undefined),
    emailIdentities: each('emailIdentities', planEmailIdentity),
    configurationSets: attempt(() => planConfigurationSets(byKey('configurationSets'), byKey('eventDestinations'))),
    alarms: each('alarms', planAlarm),
    dashboards: each('dashboards', planDashboard),
  };
  if (problems.length > 0) throw new TemplateError(problems.flatMap((error) => error.problems));
  return result;
}

/** Comes before anything is resolved, because what is inside an unknown resource is anyone's guess. */
function refuseUnknownTypes(template: unknown): void {
  const { Resources: resources } = z
    .looseObject({ Resources: z.record(text, z.looseObject({ Type: text })) })
    .parse(template);
  const unknown = Object.entries(resources).filter(([, { Type: type }]) => !Object.hasOwn(resourceTypes, type));
  collectProblems(unknown, ([logicalId, { Type: type }]) => {
    throw problem({ logicalId, path: '' }, `resource type ${type} is not known`);
  });
}

/** Of ignored custom resources it still matters which function is behind them. */
function isIrrelevant(type: string): boolean {
  const treatment = resourceTypes[type];
  return treatment !== undefined && 'ignored' in treatment && !type.startsWith('Custom::');
}

/** The functions behind custom resources, and their roles: nothing but a deployment ever runs them. */
function deploymentHelpers(resources: readonly ResolvedResource[]) {
  const tokens = new Set(resources.map(({ properties }) => properties.ServiceToken));
  const helpers = resources.filter(
    (resource) => resource.type === 'AWS::Lambda::Function' && tokens.has(resource.attribute('Arn')),
  );
  return {
    functions: new Set(helpers.map(({ logicalId }) => logicalId)),
    roles: new Set(helpers.map(({ properties }) => String(properties.Role))),
  };
}
