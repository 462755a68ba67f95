import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

/** Everything on. Operators change the parameter's value, not this. */
const initialFlags = { acceptExports: true, runWorkers: true, allowDownloads: true };

/** What is switched on, in one parameter that can be changed without a deployment. */
export class RolloutFlags extends Construct {
  private readonly parameter: StringParameter;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.parameter = new StringParameter(this, 'Parameter', {
      description: 'What Waybill does at the moment: accept exports, run workers, allow downloads',
      stringValue: JSON.stringify(initialFlags),
    });
  }

  get parameterName(): string {
    return this.parameter.parameterName;
  }

  grantRead(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: ['ssm:GetParameter'],
      resourceArns: [this.parameter.parameterArn],
    });
  }
}
