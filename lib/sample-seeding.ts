import { Duration, Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Deployment } from './deployment.ts';
import type { Network } from './network.ts';
import { WaybillFunction } from './waybill-function.ts';

/** The longest a function may run. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const TIMEOUT = Duration.minutes(15);

export interface SampleSeedingProps {
  readonly deployment: Deployment;
  readonly network: Network;
  /** Of the role that owns the database; nothing but this function may read it. */
  readonly adminSecret: ISecret;
  /** Whose password the reader gets. */
  readonly readerSecret: ISecret;
}

/**
 * The function that gives the sample database its schema, rows and read-only role. A command of its own starts it, not
 * the deployment: as a custom resource, minutes of loading made-up rows could time out or fail, and then roll back a stack
 * that is well. Invoked again it does nothing, goes on after an interruption by beginning anew, and follows a changed
 * password of the reader.
 */
export class SampleSeeding extends Construct {
  /** For a shell. It waits for the end: the command line's own limit of 60 s would send the request again. */
  readonly command: string;

  constructor(scope: Construct, id: string, { deployment, network, adminSecret, readerSecret }: SampleSeedingProps) {
    super(scope, id);
    const seeder = new WaybillFunction(this, 'SeedSampleDatabase', {
      deployment,
      workload: 'seed-sample-database',
      environment: { ADMIN_SECRET_ARN: adminSecret.secretArn, DATABASE_SECRET_ARN: readerSecret.secretArn },
      timeout: TIMEOUT,
      network,
    });
    Grant.addToPrincipal({
      grantee: seeder,
      actions: ['secretsmanager:GetSecretValue'],
      resourceArns: [adminSecret.secretArn, readerSecret.secretArn],
    });
    const { functionName } = seeder.handler;
    const { region } = Stack.of(this);
    this.command = `aws lambda invoke --function-name ${functionName} --region ${region} --cli-read-timeout 0 /dev/stdout`;
  }
}
