import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRotationSchedule, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import { WaybillFunction } from './waybill-function.ts';

/** The key before the current one is accepted too, so each lives for twice this: 60 days, against 7 of a link. */
const ROTATION = 'rate(30 days)';

export interface LinkKeysProps {
  readonly deployment: Deployment;
}

/** The keys that the links in mails are signed with: a random one in a secret, replaced every month. */
export class LinkKeys extends Construct {
  private readonly secret: Secret;

  constructor(scope: Construct, id: string, { deployment }: LinkKeysProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description: `Waybill ${deployment.stage}: what the links in mails are signed with`,
      // 62 characters to choose from: 43 of them would do for 256 bits.
      generateSecretString: { excludePunctuation: true, passwordLength: 64 },
    });
    const rotateLinkKey = new WaybillFunction(this, 'RotateLinkKey', {
      deployment,
      workload: 'rotate-link-key',
      environment: {},
    });
    this.grant(rotateLinkKey, [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ]);
    rotateLinkKey.handler.addPermission('Rotation', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Stack.of(this).account,
    });
    const schedule = new CfnRotationSchedule(this, 'Rotation', {
      secretId: this.secretArn,
      rotationLambdaArn: rotateLinkKey.handler.functionArn,
      rotationRules: { scheduleExpression: ROTATION },
      // Two deployments in a row would otherwise rotate twice, and so end every link that is out.
      rotateImmediatelyOnUpdate: false,
    });
    // Secrets Manager tries the function, with its policy, as soon as there is a schedule.
    schedule.node.addDependency(rotateLinkKey);
  }

  get secretArn(): string {
    return this.secret.secretArn;
  }

  /** Lets a workload sign and verify links. */
  grantUse(grantee: IGrantable): void {
    this.grant(grantee, ['secretsmanager:GetSecretValue']);
  }

  private grant(grantee: IGrantable, actions: string[]): void {
    Grant.addToPrincipal({ grantee, actions, resourceArns: [this.secretArn] });
  }
}
