import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { type Deployment, removalPolicyOf } from './deployment.ts';

export interface DeploymentLogGroupProps {
  readonly deployment: Deployment;
  /** @default a name made up by CloudFormation */
  readonly logGroupName?: string;
}

/** A log group that keeps its lines as long as the stage's configuration says. */
export class DeploymentLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, { deployment, ...props }: DeploymentLogGroupProps) {
    super(scope, id, {
      ...props,
      retention: deployment.config.logRetentionDays,
      removalPolicy: removalPolicyOf(deployment),
    });
  }
}
