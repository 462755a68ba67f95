import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Announcements } from './announcements.ts';
import type { Deployment } from './deployment.ts';
import type { ExportExecutions } from './export-executions.ts';
import type { ExportTable } from './export-table.ts';
import type { FileBucket } from './file-bucket.ts';
import type { RolloutFlags } from './rollout-flags.ts';
import { WaybillFunction } from './waybill-function.ts';

export interface SweeperProps {
  readonly deployment: Deployment;
  readonly table: ExportTable;
  readonly bucket: FileBucket;
  readonly flags: RolloutFlags;
  readonly executions: ExportExecutions;
  readonly announcements: Announcements;
}

/** Once a minute: admits, expires, repairs, announces, and notices what is stuck. */
export class Sweeper extends Construct {
  readonly sweepExports: WaybillFunction<'sweep-exports'>;

  constructor(scope: Construct, id: string, props: SweeperProps) {
    super(scope, id);
    const { deployment, table, bucket, flags, executions, announcements } = props;
    const { poolCap, accountCap } = deployment.config;
    this.sweepExports = new WaybillFunction(this, 'SweepExports', {
      deployment,
      workload: 'sweep-exports',
      environment: {
        TABLE_NAME: table.tableName,
        BUCKET_NAME: bucket.bucketName,
        STATE_MACHINE_ARN: executions.stateMachineArn,
        FLAGS_PARAMETER: flags.parameterName,
        POOL_CAP: String(poolCap),
        ACCOUNT_CAP: String(accountCap),
        ...announcements.environment,
      },
      timeout: Duration.seconds(55),
      isCalledAgain: true,
    });
    table.grantEnding(this.sweepExports);
    table.grantDue(this.sweepExports);
    bucket.grantDelete(this.sweepExports);
    bucket.grantAbort(this.sweepExports);
    executions.grantStart(this.sweepExports);
    executions.grantDescribe(this.sweepExports);
    executions.grantAnswer(this.sweepExports);
    flags.grantRead(this.sweepExports);
    announcements.grantSend(this.sweepExports);

    new Rule(this, 'EveryMinute', {
      description: 'Waybill: sweep exports',
      schedule: Schedule.rate(Duration.minutes(1)),
      // A sweep that failed is not worth repeating: the next one is less than a minute away.
      targets: [new LambdaFunction(this.sweepExports.handler, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
  }
}
