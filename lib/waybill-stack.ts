import { CfnParameter, DefaultStackSynthesizer, type IStackSynthesizer, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from './config/config.ts';
import { importDatabase } from './import-database.ts';
import { Waybill } from './waybill.ts';

export interface WaybillStackProps {
  /** e.g. `dev`. */
  readonly stage: string;
  readonly config: StageConfig;
  /** @default where bin/build.ts puts the bundles */
  readonly bundleDirectory?: string;
}

/** A stage of cdk.json as a stack of its own: what `cdk deploy` deploys. */
export class WaybillStack extends Stack {
  constructor(scope: Construct, id: string, { config, ...props }: WaybillStackProps) {
    super(scope, id, {
      description: `Waybill ${props.stage}: asynchronous data exports`,
      terminationProtection: config.retainData,
      // The command line checks the bootstrap version by itself; the template stays free of parameters for it.
      synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }) as IStackSynthesizer,
    });
    const { identity, webUrl, database } = config;
    // A construct of this id leaves no trace in logical ids and names: there is nothing to be told apart from here.
    new Waybill(this, 'Default', {
      ...config,
      ...props,
      database: database.kind === 'existing' ? importDatabase(this, database) : database,
      identity: identity.kind === 'oidc' ? { ...identity, issuer: this.issuer(identity.issuer) } : identity,
      webUrl:
        webUrl && this.parameter('WebUrl', 'Where people open the report center, without a slash at the end', webUrl),
    });
  }

  private issuer(value: string): string {
    return this.parameter('OidcIssuer', 'The identity provider whose tokens are accepted', value);
  }

  /** A value of cdk.json that can also be given at deployment: whoever runs the template elsewhere has other addresses. */
  private parameter(id: string, description: string, value: string): string {
    return new CfnParameter(this, id, { description, default: value }).valueAsString;
  }
}
