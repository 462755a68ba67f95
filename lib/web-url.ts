import { CfnParameter } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import type { WebSite } from './web-site/web-site.ts';

export interface WebUrlProps {
  readonly deployment: Deployment;
  readonly site: WebSite;
}

/** Where people open the report center: what links in mails begin with. */
export class WebUrl extends Construct {
  readonly value: string;

  constructor(scope: Construct, id: string, { deployment, site }: WebUrlProps) {
    super(scope, id);
    const { webUrl } = deployment.config;
    this.value = webUrl === undefined ? site.url : this.parameter(webUrl);
  }

  private parameter(webUrl: string): string {
    const parameter = new CfnParameter(this, 'Parameter', {
      description: 'Where people open the report center, without a slash at the end',
      default: webUrl,
    });
    parameter.overrideLogicalId('WebUrl');
    return parameter.valueAsString;
  }
}
