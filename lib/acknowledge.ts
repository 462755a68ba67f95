import { Stack, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * Records why a role needs resources that are named with a `*`; without a reason on record the checks fail.
 * @param resources ARNs exactly as they are in the statement
 */
export function acknowledgeWildcard(grantee: IGrantable, resources: readonly string[], reason: string): void {
  const { grantPrincipal } = grantee;
  if (!Construct.isConstruct(grantPrincipal)) throw new Error('Only roles of this stack can be granted wildcards.');
  acknowledgeWildcardOf(grantPrincipal, resources, reason);
}

/** As {@link acknowledgeWildcard}, of a policy that stands by itself. */
export function acknowledgeWildcardOf(construct: Construct, resources: readonly string[], reason: string): void {
  const stack = Stack.of(construct);
  const acknowledgements = resources.map((resource) => ({
    id: `AwsSolutions-IAM5[Resource::${flatten(stack.resolve(resource))}]`,
    reason,
  }));
  Validations.of(construct).acknowledge(...acknowledgements);
}

/** A resolved ARN as the checks name it in their findings: `<LogicalId.Arn>/prefix/*`. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value;
  const [name, argument] = Object.entries(value as object)[0] ?? [];
  switch (name) {
    case 'Ref':
      return `<${argument}>`;
    case 'Fn::GetAtt':
      return `<${argument.join('.')}>`;
    case 'Fn::Join':
      return argument[1].map(flatten).join(argument[0]);
    case 'Fn::Select':
      return JSON.stringify(value);
    default:
      throw new Error(`An ARN with ${name} cannot be acknowledged.`);
  }
}
