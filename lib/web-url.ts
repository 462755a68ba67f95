import { CfnParameter } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';

export interface WebUrlProps {
  readonly deployment: Deployment;
}

/** Where people open the report center: what links in mails begin with. */
export class WebUrl extends Construct {
  readonly value: string;

  constructor(scope: Construct, id: string, { deployment }: WebUrlProps) {
    super(scope, id);
    const parameter = new CfnParameter(this, 'Parameter', {
      description: 'Where people open the report center, without a slash at the end',
      default: deployment.config.webUrl,
    });
    parameter.overrideLogicalId('WebUrl');
    this.value = parameter.valueAsString;
  }
}
