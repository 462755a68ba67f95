import * as z from 'zod';
import { managedPolicy } from '../../iam/managed-policies.ts';
import { PolicyError, type PolicyStatement, parsePolicyDocument } from '../../iam/policy-document.ts';
import { commonProperties, irrelevant, readProperties, text } from '../properties.ts';
import type { ResolvedResource } from '../resolve.ts';
import { collectProblems, type Place, problem } from '../template-error.ts';

/** An IAM role with all that its policies say. */
export interface RolePlan {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Who may assume it, e.g. `lambda.amazonaws.com`. */
  readonly trustedPrincipals: readonly string[];
  /** Of its inline policies, of the policies attached to it, and of those that AWS keeps. */
  readonly statements: readonly PolicyStatement[];
}

const roleSchema = z.strictObject({
  ...commonProperties,
  AssumeRolePolicyDocument: z.looseObject({
    Statement: z.array(z.looseObject({ Principal: z.record(text, z.union([text, z.array(text)])) })),
  }),
  Description: irrelevant('for people'),
  ManagedPolicyArns: z.array(text).default([]),
  MaxSessionDuration: irrelevant('local credentials last for the whole run'),
  Path: irrelevant('read through the ARN'),
  Policies: z.array(z.strictObject({ PolicyDocument: z.unknown(), PolicyName: text })).default([]),
  RoleName: irrelevant('read through the resource name'),
});

const policySchema = z.strictObject({
  Description: irrelevant('for people'),
  ManagedPolicyName: irrelevant('read through the ARN'),
  Path: irrelevant('read through the ARN'),
  PolicyDocument: z.unknown(),
  PolicyName: irrelevant('a label'),
  Roles: z.array(text).default([]),
});

/** A policy of the template, before it is known to whom it is attached. */
interface AttachablePolicy {
  /** Undefined for `AWS::IAM::Policy`, which only names its roles. */
  readonly arn?: string;
  readonly roleNames: readonly string[];
  readonly statements: readonly PolicyStatement[];
}

/**
 * Plans every `AWS::IAM::Role`, with the `AWS::IAM::Policy` and `ManagedPolicy` resources attached to it.
 * @throws TemplateError with every policy that cannot be evaluated
 */
export function planRoles(roles: readonly ResolvedResource[], policies: readonly ResolvedResource[]): RolePlan[] {
  const attachable = collectProblems(policies, readPolicy);
  return collectProblems(roles, (role) => planRole(role, attachable));
}

function readPolicy(resource: ResolvedResource): AttachablePolicy {
  const properties = readProperties(resource, policySchema);
  const place = { ...resource, path: 'Properties.PolicyDocument' };
  return {
    ...(resource.type === 'AWS::IAM::ManagedPolicy' && { arn: resource.ref() }),
    roleNames: properties.Roles,
    statements: parseStatements(properties.PolicyDocument, resource.logicalId, place),
  };
}

function planRole(resource: ResolvedResource, policies: readonly AttachablePolicy[]): RolePlan {
  const properties = readProperties(resource, roleSchema);
  const name = resource.ref();
  const inline = properties.Policies.flatMap((policy, index) =>
    parseStatements(policy.PolicyDocument, `${resource.logicalId} ${policy.PolicyName}`, {
      ...resource,
      path: `Properties.Policies.${index}`,
    }),
  );
  const attached = policies.filter(({ arn, roleNames }) => {
    return roleNames.includes(name) || (arn !== undefined && properties.ManagedPolicyArns.includes(arn));
  });
  const ownArns = new Set(policies.map(({ arn }) => arn));
  const keptByAws = properties.ManagedPolicyArns.filter((arn) => !ownArns.has(arn)).map((arn) => {
    const statement = managedPolicy(arn);
    if (!statement) {
      throw problem({ ...resource, path: 'Properties.ManagedPolicyArns' }, `managed policy ${arn} is not known`);
    }
    return statement;
  });
  return {
    logicalId: resource.logicalId,
    name,
    arn: resource.attribute('Arn'),
    trustedPrincipals: properties.AssumeRolePolicyDocument.Statement.flatMap(({ Principal: principal }) =>
      Object.values(principal).flat(),
    ),
    statements: [...inline, ...attached.flatMap(({ statements }) => statements), ...keptByAws],
  };
}

function parseStatements(document: unknown, source: string, place: Place): PolicyStatement[] {
  try {
    return parsePolicyDocument(document, source);
  } catch (error) {
    if (error instanceof PolicyError) throw problem(place, error.message);
    throw error;
  }
}
