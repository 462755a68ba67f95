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
    this.value = deployment.config.webUrl ?? site.url;
  }
}
