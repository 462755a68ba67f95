import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Announcements } from '../announcements.ts';
import type { Deployment } from '../deployment.ts';
import type { ExportExecutions } from '../export-executions.ts';
import type { ExportTable } from '../export-table.ts';
import type { FileBucket } from '../file-bucket.ts';
import type { RolloutFlags } from '../rollout-flags.ts';
import { type FunctionEnvironment, WaybillFunction } from '../waybill-function.ts';

export interface ChangingFunctionsProps {
  readonly deployment: Deployment;
  readonly table: ExportTable;
  readonly bucket: FileBucket;
  readonly flags: RolloutFlags;
  readonly executions: ExportExecutions;
  readonly announcements: Announcements;
  /** What every function with a caller needs to know of them. */
  readonly caller: FunctionEnvironment<'list-members'>;
}

/** The functions that change an export, or send its mails again. */
export class ChangingFunctions extends Construct {
  readonly byWorkload;

  constructor(scope: Construct, id: string, props: ChangingFunctionsProps) {
    super(scope, id);
    const { deployment, table, bucket, flags, executions, announcements, caller } = props;
    const cancelExport = new WaybillFunction(this, 'CancelExport', {
      deployment,
      workload: 'cancel-export',
      environment: {
        ...caller,
        STATE_MACHINE_ARN: executions.stateMachineArn,
        POOL_CAP: String(deployment.config.poolCap),
        ACCOUNT_CAP: String(deployment.config.accountCap),
        FLAGS_PARAMETER: flags.parameterName,
      },
    });
    table.grantReadWrite(cancelExport);
    executions.grantAnswer(cancelExport);
    flags.grantRead(cancelExport);

    const deleteExport = new WaybillFunction(this, 'DeleteExport', {
      deployment,
      workload: 'delete-export',
      environment: { ...caller, BUCKET_NAME: bucket.bucketName },
    });
    table.grantReadWrite(deleteExport);
    bucket.grantDelete(deleteExport);

    const resendNotifications = new WaybillFunction(this, 'ResendNotifications', {
      deployment,
      workload: 'resend-notifications',
      environment: { ...caller, ...announcements.environment },
      // Mail services are slow to fail; the HTTP API waits for 30 s.
      timeout: Duration.seconds(25),
    });
    table.grantUpdate(resendNotifications);
    announcements.grantSend(resendNotifications);
    this.byWorkload = {
      'cancel-export': cancelExport,
      'delete-export': deleteExport,
      'resend-notifications': resendNotifications,
    };
  }
}
